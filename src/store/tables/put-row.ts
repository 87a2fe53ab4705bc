// The statement that adds a row, or replaces the one of the same key.

/**
 * Not REPLACE, which would also delete another row that is the same in a unique column: this throws. @param columns the first is
 * the key
 */
export function putRowSql(table: string, columns: string): string {
  const names = columns.split(',').map(name => name.trim())
  const [key, ...others] = names
  return `INSERT INTO ${table} (${columns}) VALUES (${names.map(() => '?').join(', ')})
    ON CONFLICT (${key}) DO UPDATE SET ${others.map(name => `${name} = excluded.${name}`).join(', ')}`
}
