/** One way to name somebody or something (RFC 9493 section 3.2, and three formats of the Shared Signals Framework). */
export type SimpleSubject =
  | { readonly format: 'account'; readonly uri: string }
  | { readonly format: 'did'; readonly url: string }
  | { readonly format: 'email'; readonly email: string }
  | { readonly format: 'iss_sub'; readonly iss: string; readonly sub: string }
  | { readonly format: 'opaque'; readonly id: string }
  | { readonly format: 'phone_number'; readonly phone_number: string }
  | { readonly format: 'uri'; readonly uri: string }
  | { readonly format: 'jwt_id'; readonly iss: string; readonly jti: string }
  | { readonly format: 'saml_assertion_id'; readonly issuer: string; readonly assertion_id: string }
  | { readonly format: 'ip-addresses'; readonly 'ip-addresses': readonly string[] };

/** Several names of one and the same (RFC 9493 section 3.2.8). */
export interface AliasSubject {
  readonly format: 'aliases';
  readonly identifiers: readonly SimpleSubject[];
}

/** What a complex subject may speak of (Shared Signals Framework 1.0). */
export const MEMBERS = ['user', 'session', 'device', 'application', 'tenant', 'org_unit', 'group'] as const;

/** One member of a complex subject. */
export type SubjectMember = (typeof MEMBERS)[number];

/** Who and what an event is about, member by member: this user on that device. */
export type SubjectMembers = Readonly<Partial<Record<SubjectMember, SimpleSubject | AliasSubject>>>;

/** A subject of several members. */
export type ComplexSubject = { readonly format: 'complex' } & SubjectMembers;

/** Whom a SET is about: its `sub_id`. */
export type SubjectIdentifier = SimpleSubject | AliasSubject | ComplexSubject;

/**
 * Whether two complex subjects match: for every member, one side lacks it or both are identical (Shared Signals
 * Framework 1.0). So whoever says less matches more.
 *
 * @example
 * const jane = { format: 'email', email: 'jane@example.com' };
 * const laptop = { format: 'opaque', id: 'laptop' };
 * subjectsMatch({ user: jane }, { user: jane, device: laptop }); // => true
 * subjectsMatch({ user: jane, device: laptop }, { device: { format: 'opaque', id: 'phone' } }); // => false
 */
export function subjectsMatch(one: SubjectMembers, other: SubjectMembers): boolean {
  return MEMBERS.every((name) => {
    const [left, right] = [one[name], other[name]];
    return left === undefined || right === undefined || isIdentical(left, right);
  });
}

/** Of parsed identifiers only: they are shallow, and have no member but those of their format. */
function isIdentical(one: unknown, other: unknown): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => isIdentical(one[name as keyof typeof one], other[name as keyof typeof other]));
}
