import type { RedisConnection, Replicas } from './connection.js';

/** A script and its SHA-1, by which a server that has seen it knows it. A test compares the two. */
export interface Script {
  readonly text: string;
  readonly sha1: string;
}

/**
 * Compare-and-set. KEYS: sessions. ARGV: the channel or ''; `node` if each node of a Cluster has a channel of its own,
 * or ''; then five for each session: the revision it must have, the new head, the expiry or '', the record, the name to
 * announce. Answers 1 or 0 for each.
 *
 * One MGET for all of them, so that n sessions cost n + 2 commands. The subject is taken from what is stored.
 */
export const REPLACE: Script = {
  text: `
local held = redis.call('MGET', unpack(KEYS))
local outcome, told = {}, {}
for i, key in ipairs(KEYS) do
  local at = 5 * i - 2
  local revision, subject = string.match(held[i] or '', '^(%d+),%w+,([^%z]*)%z')
  outcome[i] = 0
  if revision == ARGV[at] then
    local value = ARGV[at + 1] .. subject .. '\\0' .. ARGV[at + 3]
    if ARGV[at + 2] == '' then
      redis.call('SET', key, value)
    else
      redis.call('SET', key, value, 'PXAT', ARGV[at + 2])
    end
    outcome[i] = 1
    told[#told + 1] = ARGV[at + 4]
  end
end
if ARGV[1] ~= '' and #told > 0 then
  local channel = ARGV[1]
  if ARGV[2] == 'node' then channel = channel .. ':' .. redis.call('CLUSTER', 'MYID') end
  redis.call('PUBLISH', channel, table.concat(told, ' '))
end
return outcome
`,
  sha1: '10493a861c5d9497568ae67a956a93052c256287',
};

/**
 * Adds an entry to a bucket of the index. KEYS: the bucket. ARGV: the entry, the minute from which on it is to be
 * looked at, a number that is spread evenly. Answers, now and then, with the entries that are due and their minutes.
 *
 * A bucket is looked through once in as many additions as a quarter of its size, so an addition costs the same however
 * large the bucket is.
 */
export const INDEX: Script = {
  text: `
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
local size = redis.call('HLEN', KEYS[1])
if size < 16 or tonumber(ARGV[3]) % math.floor(size / 4) ~= 0 then return {} end
local minute = math.floor(tonumber(redis.call('TIME')[1]) / 60)
local entries, due = redis.call('HGETALL', KEYS[1]), {}
for at = 1, #entries, 2 do
  local expiry = tonumber(entries[at + 1])
  if expiry and expiry > 0 and expiry < minute and #due < 400 then
    due[#due + 1] = entries[at]
    due[#due + 1] = entries[at + 1]
  end
end
return due
`,
  sha1: 'e8cb619dda14a72ecbf08f77bc6e676d01dce07c',
};

/**
 * Settles entries that were due. KEYS: the bucket. ARGV: three for each entry: itself, the minute it had, the minute it
 * gets, or '' to remove it. One that has changed meanwhile is left alone.
 */
export const SETTLE: Script = {
  text: `
for at = 1, #ARGV, 3 do
  if redis.call('HGET', KEYS[1], ARGV[at]) == ARGV[at + 1] then
    if ARGV[at + 2] == '' then
      redis.call('HDEL', KEYS[1], ARGV[at])
    else
      redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 2])
    end
  end
end
return 1
`,
  sha1: 'b16864d24075ed46b1fc66243f549580fd5a5375',
};

/**
 * The policy by which the server that has a bucket may evict it, or ''. KEYS: the bucket. A server that does not tell
 * its settings is taken to keep what it was given.
 */
export const EVICTION: Script = {
  text: `
local info = redis.pcall('INFO', 'memory')
if type(info) ~= 'string' or string.find(info, 'maxmemory:0%D') then return '' end
return string.match(info, 'maxmemory_policy:(allkeys[%w-]*)') or ''
`,
  sha1: 'c17b629e3e96bdc18f69af75fe245ada0fce7021',
};

/** What a script works on. */
export interface ScriptCall {
  /** All in one slot. */
  readonly keys: readonly string[];
  readonly args: readonly string[];
  /** How many replicas must have what it wrote. Default: none. */
  readonly replicas?: Replicas | null;
}

/** Runs a script; a server that has lost it, in a restart say, is told it again. */
export async function run(connection: RedisConnection, script: Script, call: ScriptCall): Promise<unknown> {
  const { keys, args, replicas = null } = call;
  const send = (words: readonly string[]) =>
    replicas === null
      ? connection.send(keys[0] ?? null, words)
      : connection.sendReplicated(keys[0] ?? null, words, replicas);
  const rest = [String(keys.length), ...keys, ...args];
  try {
    return await send(['EVALSHA', script.sha1, ...rest]);
  } catch (error) {
    if (!isReply(error, 'NOSCRIPT')) throw error;
    return send(['EVAL', script.text, ...rest]);
  }
}

/** Whether Redis answered with an error of this kind. */
export function isReply(error: unknown, kind: string): boolean {
  return error instanceof Error && error.message.startsWith(kind);
}
