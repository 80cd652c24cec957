/// <reference lib="dom" />
import { watchSession } from 'curfew/browser';
import { pretendEverywhere } from './pretending.js';

pretendEverywhere();

/** This page's side of its session: what is left of it, agreed with every other tab. */
export const session = watchSession();
