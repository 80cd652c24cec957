import { createConnection } from 'mysql2/promise';
import { Client } from 'pg';
import { describe, it } from 'vitest';

/** A database server that tests run against; `url` is `null` where none was found. */
export interface Server {
  readonly name: string;
  readonly url: string | null;
  /** What to do to have one. */
  readonly get: string;
}

/** PostgreSQL: `CURFEW_POSTGRES_URL`, or the local service with a database `test`. */
export async function findPostgres(): Promise<Server> {
  const get = 'apt-get install postgresql, or set CURFEW_POSTGRES_URL';
  const url = urlOf('CURFEW_POSTGRES_URL', 'postgres://postgres@127.0.0.1:5432/test');
  return { name: 'PostgreSQL', get, url: await ifAnswered(url, answersAsPostgres) };
}

/** MySQL or MariaDB: `CURFEW_MYSQL_URL`, or the local service with a database `test`. */
export async function findMysql(): Promise<Server> {
  const get = 'apt-get install mariadb-server, or set CURFEW_MYSQL_URL';
  const url = urlOf('CURFEW_MYSQL_URL', 'mysql://root@127.0.0.1:3306/test');
  return { name: 'MySQL or MariaDB', get, url: await ifAnswered(url, answersAsMysql) };
}

/**
 * Describes tests that need a server. Where there is none they are one skipped test that says how to get it; with
 * `CI=true` that test fails.
 */
export function describeWith(server: Server, title: string, tests: (url: string) => void): void {
  const { url, name, get } = server;
  if (url !== null) return void describe(title, () => tests(url));
  const sentence = `${title}: not run, there is no ${name}: ${get}`;
  if (process.env['CI'] !== 'true') return void it.skip(sentence);
  it(sentence, () => {
    throw new Error(sentence);
  });
}

/** A server that was named and does not answer is not replaced by another one. */
function urlOf(variable: string, local: string): string {
  return process.env[variable] ?? local;
}

async function ifAnswered(url: string, answers: (url: string) => Promise<void>): Promise<string | null> {
  try {
    await answers(url);
    return url;
  } catch {
    return null;
  }
}

async function answersAsPostgres(connectionString: string): Promise<void> {
  const client = new Client({ connectionString, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  await client.query('SELECT 1');
  await client.end();
}

async function answersAsMysql(uri: string): Promise<void> {
  const connection = await createConnection({ uri, connectTimeout: 5_000 });
  await connection.query('SELECT 1');
  await connection.end();
}
