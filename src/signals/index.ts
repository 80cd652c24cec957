export type { SignalsEngine } from './apply.js';
export type { Authenticator } from './authenticate.js';
export { defaultMapping } from './default-mapping.js';
export { type PublishedKey, ssfConfiguration, ssfKeySet, type TransmitterDocument } from './documents.js';
export { eventName, eventUri } from './event-types.js';
export type {
  ActionCondition,
  ActionSessions,
  AttributesAction,
  EndAction,
  RaiseAction,
  SignalAction,
  SignalMapping,
} from './mapping.js';
export type { StreamConfiguration, StreamStatus, TransmitterConfiguration } from './parse-stream.js';
export type { Poller, PollOptions } from './poll.js';
export { createReceiver, type Receiver } from './receiver.js';
export type { ReceiverOptions, TransmitterOptions as SignalsSource } from './receiver-options.js';
export type { SecurityEventRecord, SetOutcome, SignalsObserver, StreamCode, StreamRecord } from './records.js';
export type { InitiatingEntity, ReasonTexts, SecurityEvent } from './security-event.js';
export { memorySeen, type SeenEvents } from './seen.js';
export { type SessionNews, sessionNews } from './session-events.js';
export type { SetError, SetErrorCode, SetVerdict } from './set-error.js';
export { type StreamClient, type StreamClientOptions, type StreamRequest, streamClient } from './stream-client.js';
export {
  type AliasSubject,
  type ComplexSubject,
  type SimpleSubject,
  type SubjectIdentifier,
  type SubjectMember,
  type SubjectMembers,
  subjectsMatch,
} from './subject.js';
export { type FoundSubject, type SessionDescriber, type SubjectFinder, sessionBySid, subjectsOf } from './targets.js';
export { createTransmitter, type Transmitter } from './transmitter.js';
export type { TransmitterOptions, TransmitterStream } from './transmitter-options.js';
export type { TransmitterKeys } from './validate.js';
export type { Authorization, Fetch } from './waiting.js';
export { type WatchStreamOptions, watchStream } from './watch-stream.js';
