import type { Limits } from '../core/policy.js';
import type { Duration } from '../time/duration.js';

/** The profiles that Curfew knows. */
export type ProfileId =
  | 'nist-63b-4-aal1'
  | 'nist-63b-4-aal2'
  | 'nist-63b-4-aal3'
  | 'nist-63b-3-aal1'
  | 'nist-63b-3-aal2'
  | 'nist-63b-3-aal3'
  | 'nist-80053r5-mod-high'
  | 'fedramp-r5-low'
  | 'fedramp-r5-moderate'
  | 'fedramp-r5-moderate-priv'
  | 'fedramp-r5-high'
  | 'fedramp-r5-high-priv'
  | 'pci-dss-4.0.1'
  | 'hipaa'
  | 'disa-asd-stig-v6'
  | 'disa-asd-stig-v6-admin'
  | 'disa-web-srg-v4-high'
  | 'disa-web-srg-v4-medium'
  | 'disa-web-srg-v4-low'
  | 'cis-8.1-4.3'
  | 'cis-8.1-4.3-mobile'
  | 'cjis-6.0'
  | 'psd2-rts'
  | 'swift-cscf'
  | 'au-ism-0428'
  | 'nhs-app'
  | 'asvs-5.0-l2'
  | 'asvs-4.0.3-l1'
  | 'asvs-4.0.3-l2'
  | 'asvs-4.0.3-l3'
  | 'owasp-smcs-high'
  | 'owasp-smcs-low'
  | 'ipsie-sl1'
  | 'iso-27001-a.8.5'
  | 'soc-2-cc6.1'
  | 'gdpr-32'
  | 'ffiec'
  | 'nydfs-500'
  | 'wcag-2.2.1'
  | 'self-consistency';

/** How much a requirement binds, in the words of RFC 2119: a missed SHALL fails, a missed SHOULD warns. */
export type Force = 'SHALL' | 'SHOULD' | 'MAY';

/**
 * How a figure was read: in the standard itself, on a page about it, or from memory alone. Check the last before you
 * rely on it.
 */
export type Verified = 'source' | 'secondary' | 'memory';

/** What every requirement says of itself. */
export interface StatedRequirement {
  /** The standard's own name for it: `AAL3REA-2`, `8.2.8`, `V-222389`. */
  readonly control: string;
  readonly force: Force;
  /** The standard's own words for the force: `CAT II`, `addressable`. */
  readonly words: string;
  /** Where it differs from the profile's. */
  readonly verified?: Verified;
  /** What a reader has to know besides. */
  readonly note?: string;
  /** Whether the standard itself takes a reason on record in place of the figure. */
  readonly isExceptionEnough?: boolean;
}

/** What has to hold, by kind. */
export type RequirementRule =
  /** A limit of at most `most` milliseconds; `null`: there must be one, of any length. */
  | {
      readonly kind: 'limit';
      readonly limit: keyof Limits;
      readonly most: Duration | null;
      /** Whether `reauthentication.after` does as well as an end. */
      readonly isReauthenticationEnough?: boolean;
      /** Why the policy of a session cannot show it, although there is a figure. */
      readonly isRelatedOnly?: string;
    }
  /** What the idle deadline has to do; `lock`: either will do. */
  | { readonly kind: 'on_idle'; readonly needs: 'end' | 'lock' }
  /** Something ends every session by itself: the absolute limit, or an idle limit that ends. */
  | { readonly kind: 'ends' }
  /** A reauthentication starts both clocks again. */
  | { readonly kind: 'resets_both' }
  /** At most so many sessions of one subject at once; `null`: a number that was decided on. */
  | { readonly kind: 'sessions'; readonly most: number | null }
  /** A warning of at least so long before a limit that is no longer than `exemptAbove`. */
  | { readonly kind: 'warning'; readonly least: Duration; readonly exemptAbove?: Duration }
  /** The idle limit can be extended so often before the absolute limit ends it all. */
  | { readonly kind: 'extensions'; readonly count: number; readonly exemptAbove: Duration }
  /** The absolute limit is longer than that, or a reauthentication renews it after a warning of at least so long. */
  | { readonly kind: 'renewable'; readonly least: Duration; readonly exemptAbove: Duration }
  /** The policy's figures fit one another. */
  | {
      readonly kind: 'consistent';
      readonly about: 'warning' | 'leeway' | 'record_every' | 'stale_for' | 'nesting' | 'units';
    }
  /** It holds for every policy, because of how Curfew decides. */
  | { readonly kind: 'always'; readonly because: string }
  /** A policy cannot show it: who can, and where. */
  | { readonly kind: 'elsewhere'; readonly where: string }
  /** The standard sets no figure. */
  | { readonly kind: 'no_figure'; readonly says: string };

/** One thing that a standard asks for. */
export type Requirement = StatedRequirement & RequirementRule;

/** What a standard asks of session limits, as data. Write your own for the rules of your organisation. */
export interface Profile {
  readonly id: string;
  readonly standard: string;
  readonly version: string;
  readonly section: string;
  readonly appliesTo: string;
  readonly verified: Verified;
  readonly requirements: readonly Requirement[];
  /** Exemptions, neighbouring controls, traps. */
  readonly notes: readonly string[];
}
