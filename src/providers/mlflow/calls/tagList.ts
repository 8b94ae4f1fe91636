/** Tags as MLflow's requests want them. */
export const tagList = (tags: Readonly<Record<string, string>>): readonly { readonly key: string; readonly value: string }[] =>
  Object.entries(tags).map(([key, value]) => ({ key, value }));
