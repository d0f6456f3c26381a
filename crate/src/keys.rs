//! Sets of keys, in the order of their numbers.
//!
//! Knows nothing of what the keys are remembered for.

use crate::model::KeyId;

/// A set of keys: a sorted list while they are few, a bit for each key number once that takes less space.
#[derive(Clone, Debug)]
pub struct KeySet(Form);

#[derive(Clone, Debug)]
enum Form {
    Few(Vec<KeyId>),
    /// `words` holds 64 keys each; those in front of `first` are empty.
    Bits {
        words: Vec<u64>,
        first: usize,
        len: usize,
    },
}

/// A list this short is never worth bits.
const FEW: usize = 8;

impl Default for KeySet {
    fn default() -> Self {
        KeySet(Form::Few(Vec::new()))
    }
}

impl KeySet {
    /// How many there are.
    pub fn len(&self) -> usize {
        match &self.0 {
            Form::Few(keys) => keys.len(),
            Form::Bits { len, .. } => *len,
        }
    }

    /// Whether there is none.
    #[inline]
    pub fn is_empty(&self) -> bool {
        match &self.0 {
            Form::Few(keys) => keys.is_empty(),
            Form::Bits { len, .. } => *len == 0,
        }
    }

    /// Puts a key in; returns whether it is new.
    pub fn insert(&mut self, key: KeyId) -> bool {
        match &mut self.0 {
            Form::Few(keys) => match keys.binary_search(&key) {
                Ok(_) => false,
                Err(place) => {
                    keys.insert(place, key);
                    self.use_bits_if_smaller();
                    true
                }
            },
            Form::Bits { words, first, len } => {
                let (word, bit) = place(key);
                if words.len() <= word {
                    words.resize(word + 1, 0);
                }
                let is_new = words[word] & bit == 0;
                words[word] |= bit;
                *first = word.min(*first);
                *len += usize::from(is_new);
                is_new
            }
        }
    }

    /// Takes a key out; returns whether it was in.
    pub fn remove(&mut self, key: KeyId) -> bool {
        match &mut self.0 {
            Form::Few(keys) => {
                let found = keys.binary_search(&key);
                found.map(|place| keys.remove(place)).is_ok()
            }
            Form::Bits { words, len, .. } => {
                let (word, bit) = place(key);
                let found = words.get_mut(word).is_some_and(|word| {
                    let found = *word & bit != 0;
                    *word &= !bit;
                    found
                });
                *len -= usize::from(found);
                found
            }
        }
    }

    /// Takes out the first key.
    pub fn take_first(&mut self) -> Option<KeyId> {
        match &mut self.0 {
            Form::Few(keys) => (!keys.is_empty()).then(|| keys.remove(0)),
            Form::Bits { words, first, len } => {
                *first += words.get(*first..)?.iter().position(|word| *word != 0)?;
                let bit = words[*first].trailing_zeros();
                words[*first] &= words[*first] - 1;
                *len -= 1;
                Some(KeyId(*first as u32 * 64 + bit))
            }
        }
    }

    /// The keys, in order.
    pub fn iter(&self) -> impl Iterator<Item = KeyId> {
        let (few, words) = match &self.0 {
            Form::Few(keys) => (keys.as_slice(), [].as_slice()),
            Form::Bits { words, .. } => ([].as_slice(), words.as_slice()),
        };
        let of_bits = words.iter().enumerate().flat_map(|(number, word)| {
            (0..64)
                .filter(move |bit| word >> bit & 1 == 1)
                .map(move |bit| KeyId(number as u32 * 64 + bit))
        });
        few.iter().copied().chain(of_bits)
    }

    /// A bit for each key number up to the highest is smaller than a list of 32-bit numbers once one key in 32 is in.
    fn use_bits_if_smaller(&mut self) {
        let Form::Few(keys) = &self.0 else { return };
        let highest = keys.last().map_or(0, |key| key.0 as usize);
        if keys.len() < FEW || highest >= 32 * keys.len() {
            return;
        }
        let mut words = vec![0; highest / 64 + 1];
        for key in keys {
            let (word, bit) = place(*key);
            words[word] |= bit;
        }
        self.0 = Form::Bits {
            words,
            first: 0,
            len: keys.len(),
        };
    }
}

/// The word of a key, and its bit in there.
#[inline]
fn place(key: KeyId) -> (usize, u64) {
    (key.0 as usize / 64, 1 << (key.0 % 64))
}
