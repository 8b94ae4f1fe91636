/** Whether a name has this text somewhere, in any case: what `search` means wherever something is looked for. */
export const hasText = (name: string, search: string): boolean => name.toLowerCase().includes(search.toLowerCase());
