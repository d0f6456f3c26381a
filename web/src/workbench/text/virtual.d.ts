/** What scripts/vite-schema.mjs reads from the core's types. */
declare module "virtual:headwater-schema" {
  const schema: import("./schema").Schema;
  export default schema;
}
