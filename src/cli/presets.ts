import { readFileSync } from 'node:fs';
import type { ProfileId } from '../compliance/profile.js';

/** A policy to begin with, for a kind of application. The document is `examples/presets/<name>.jsonc`. */
export interface Preset {
  readonly name: string;
  readonly summary: string;
  /** Standards that it satisfies as it is. */
  readonly profiles: readonly ProfileId[];
}

/** The presets, the most sensitive first. */
export const PRESETS: readonly Preset[] = [
  {
    name: 'banking',
    summary: 'payments: an online account after strong authentication',
    profiles: ['psd2-rts', 'pci-dss-4.0.1', 'owasp-smcs-high', 'nist-63b-4-aal2', 'wcag-2.2.1'],
  },
  {
    name: 'health-care',
    summary: 'patient records, shared terminals, shifts',
    profiles: ['nhs-app', 'nist-63b-4-aal2', 'wcag-2.2.1'],
  },
  {
    name: 'administration',
    summary: 'consoles of those who can change everything',
    profiles: ['disa-asd-stig-v6-admin', 'fedramp-r5-high-priv', 'pci-dss-4.0.1', 'nist-63b-4-aal3', 'wcag-2.2.1'],
  },
  {
    name: 'productivity',
    summary: 'an office application that people have open all day',
    profiles: ['nist-63b-4-aal2', 'wcag-2.2.1'],
  },
  {
    name: 'consumer',
    summary: 'a shop or a community, where people stay logged in',
    profiles: ['nist-63b-4-aal1', 'asvs-4.0.3-l1'],
  },
  { name: 'machine-to-machine', summary: 'services that call services: nobody is there to be idle', profiles: [] },
];

/** The commented document of a preset, under another id. The package lies two folders up, in source and as built. */
export function presetText({ name }: Preset, id: string): string {
  const text = readFileSync(new URL(`../../examples/presets/${name}.jsonc`, import.meta.url), 'utf8');
  return text.replace(`"id": ${JSON.stringify(name)}`, `"id": ${JSON.stringify(id)}`);
}
