// What workerd runs, bundled: a worker has no files to load.
import * as curfew from '../../dist/index.js';
import { attempt } from './attempt.js';

export default {
  async fetch() {
    return Response.json(await attempt(curfew));
  },
};
