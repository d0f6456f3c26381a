//! Values as the types that they are to fit: a serde deserializer over nodes.
//!
//! Types are read through this one alone, whatever the values came from. That keeps them small: most of what it takes to read a
//! type over a parser is there once, and an object is read by its names only, never also as a list.

use super::Node;
use crate::number::decimal;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, Expected, MapAccess, SeqAccess, Unexpected,
    VariantAccess, Visitor,
};
use std::fmt;

/// A value that does not fit.
#[derive(Debug)]
pub(super) struct Misfit(Box<Said>);

#[derive(Debug)]
struct Said {
    message: String,
    /// From the inside out.
    path: Vec<Step>,
}

/// One step on the way to a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Field(String),
    Item(usize),
}

impl Misfit {
    fn within(mut self, step: Step) -> Misfit {
        self.0.path.push(step);
        self
    }

    fn instead(what: &str, found: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        let found = match found {
            // As people who write JSON call it.
            Unexpected::Unit => "null".into(),
            Unexpected::Bool(v) => format!("boolean `{v}`"),
            Unexpected::Signed(v) => format!("integer `{v}`"),
            Unexpected::Unsigned(v) => format!("integer `{v}`"),
            Unexpected::Float(v) => format!("number `{}`", decimal(v)),
            Unexpected::Str(v) => format!("string {v:?}"),
            Unexpected::Seq => "list".into(),
            Unexpected::Map => "object".into(),
            Unexpected::UnitVariant => "a name alone".into(),
            _ => "something else".into(),
        };
        Misfit::custom(format_args!("invalid {what}: {found}, expected {expected}"))
    }

    /// What does not fit, and the way to it from the outside.
    pub(super) fn into_parts(self) -> (String, Vec<Step>) {
        let Said { message, mut path } = *self.0;
        path.reverse();
        (message, path)
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl std::error::Error for Misfit {}

impl Error for Misfit {
    fn custom<T: fmt::Display>(message: T) -> Misfit {
        let path = Vec::new();
        let message = message.to_string();
        Misfit(Box::new(Said { message, path }))
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::instead("type", found, expected)
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Misfit {
        Misfit::instead("value", found, expected)
    }
}

impl Node {
    fn is_not(&self, expected: &dyn Expected) -> Misfit {
        let found = match self {
            Node::Null => Unexpected::Unit,
            Node::Bool(v) => Unexpected::Bool(*v),
            Node::Whole(v) => Unexpected::Signed(*v),
            Node::Large(v) => Unexpected::Unsigned(*v),
            Node::Real(v) => Unexpected::Float(*v),
            Node::Text(v) => Unexpected::Str(v),
            Node::List(_) => Unexpected::Seq,
            Node::Object(_) => Unexpected::Map,
        };
        Misfit::invalid_type(found, expected)
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.0 {
                Node::Whole(v) => visitor.visit_i64(*v),
                Node::Large(v) => visitor.visit_u64(*v),
                Node::Real(v) => visitor.visit_f64(*v),
                other => Err(other.is_not(&visitor)),
            }
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
            match self.0 {
                Node::Text(v) => visitor.visit_borrowed_str(v),
                other => Err(other.is_not(&visitor)),
            }
        })*
    };
}

/// The value to read.
#[derive(Clone, Copy)]
pub(super) struct At<'de>(pub(super) &'de Node);

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Misfit;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    texts! {
        deserialize_char deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            Node::Bool(v) => visitor.visit_bool(*v),
            Node::Whole(v) => visitor.visit_i64(*v),
            Node::Large(v) => visitor.visit_u64(*v),
            Node::Real(v) => visitor.visit_f64(*v),
            Node::Text(v) => visitor.visit_borrowed_str(v),
            Node::List(items) => visitor.visit_seq(Items::of(items)),
            Node::Object(fields) => visitor.visit_map(Fields::of(fields)),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Bool(v) => visitor.visit_bool(*v),
            other => Err(other.is_not(&visitor)),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Null => visitor.visit_none(),
            other => visitor.visit_some(At(other)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Null => visitor.visit_unit(),
            other => Err(other.is_not(&visitor)),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::List(items) => visitor.visit_seq(Items::of(items)),
            other => Err(other.is_not(&visitor)),
        }
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::List(items) if items.len() > len => {
                Err(Misfit::invalid_length(items.len(), &visitor))
            }
            other => At(other).deserialize_seq(visitor),
        }
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        len: usize,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_tuple(len, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.0 {
            Node::Object(fields) => visitor.visit_map(Fields::of(fields)),
            other => Err(other.is_not(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.deserialize_map(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        let (name, content) = match self.0 {
            Node::Text(name) => (name, None),
            Node::Object(fields) => match fields.as_slice() {
                [(name, content)] => (name, Some(content)),
                _ => {
                    return Err(Misfit::invalid_value(
                        Unexpected::Map,
                        &"an object with a single field, the kind's name",
                    ));
                }
            },
            other => return Err(other.is_not(&"a name, or an object with a single field")),
        };
        let read = visitor.visit_enum(Variant { name, content });
        match content {
            Some(_) => read.map_err(|misfit| misfit.within(Step::Field(name.clone()))),
            None => read,
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        visitor.visit_unit()
    }
}

struct Items<'de> {
    items: &'de [Node],
    next: usize,
}

impl<'de> Items<'de> {
    fn of(items: &'de [Node]) -> Items<'de> {
        Items { items, next: 0 }
    }
}

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Misfit;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Misfit> {
        let Some(item) = self.items.get(self.next) else {
            return Ok(None);
        };
        self.next += 1;
        match seed.deserialize(At(item)) {
            Ok(value) => Ok(Some(value)),
            Err(misfit) => Err(misfit.within(Step::Item(self.next - 1))),
        }
    }
}

struct Fields<'de> {
    fields: std::slice::Iter<'de, (String, Node)>,
    /// The one whose name was asked for last.
    now: Option<&'de (String, Node)>,
}

impl<'de> Fields<'de> {
    fn of(fields: &'de [(String, Node)]) -> Fields<'de> {
        let fields = fields.iter();
        Fields { fields, now: None }
    }

    fn at(&self) -> Step {
        Step::Field(self.now.map_or_else(String::new, |(name, _)| name.clone()))
    }
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Misfit;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Misfit> {
        self.now = self.fields.next();
        let Some((name, _)) = self.now else {
            return Ok(None);
        };
        match seed.deserialize(BorrowedStrDeserializer::<Misfit>::new(name)) {
            Ok(key) => Ok(Some(key)),
            Err(misfit) => Err(misfit.within(self.at())),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let value = self.now.map_or(&Node::Null, |(_, value)| value);
        seed.deserialize(At(value))
            .map_err(|misfit| misfit.within(self.at()))
    }
}

/// One kind of several, by its name.
struct Variant<'de> {
    name: &'de str,
    content: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Misfit> {
        let kind = seed.deserialize(BorrowedStrDeserializer::<Misfit>::new(self.name))?;
        Ok((kind, self))
    }
}

impl<'de> Variant<'de> {
    fn content(self, expected: &'static str) -> Result<At<'de>, Misfit> {
        self.content
            .map(At)
            .ok_or_else(|| Misfit::invalid_type(Unexpected::UnitVariant, &expected))
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        match self.content {
            None | Some(Node::Null) => Ok(()),
            Some(content) => Err(content.is_not(&"the kind's name alone")),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Misfit> {
        seed.deserialize(self.content("newtype variant")?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value, Misfit> {
        self.content("tuple variant")?
            .deserialize_tuple(len, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        self.content("struct variant")?.deserialize_map(visitor)
    }
}
