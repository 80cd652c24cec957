import { fileURLToPath } from 'node:url';
import { writeVectors } from './generate.js';

// Run with `npx tsx test/vectors/write.ts` when the rules have changed on purpose; review the difference like code.
writeVectors(fileURLToPath(new URL('.', import.meta.url)));
