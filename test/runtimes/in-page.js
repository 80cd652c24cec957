// What a browser runs, bundled.
import * as curfew from '../../dist/index.js';
import { attempt } from './attempt.js';

globalThis.attempted = attempt(curfew);
