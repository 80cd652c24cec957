import type { PassiveVisitor } from '../tune/passive.js';
import { countText, lengthText, numberText, shareText, totalTimeText } from '../words.js';
import type { ReportInput } from './input.js';
import { type Html, html, NOTHING, section, table } from './markup.js';

const SHOWN = 10;

/** Who makes traffic without being there: forgotten tabs, and programs. */
export function passiveSection(input: ReportInput): Html {
  const { summary, gaps } = input;
  const { offenders } = gaps;
  const count = summary.background === 0 ? 'None' : numberText(summary.background);
  const share = `${count} of ${numberText(summary.requests)} requests`;
  const lead = html`${share} were in the background. ${filled(input)} ${hint(offenders)}`;
  const head = ['visitor', 'requests', 'background', 'like clockwork', 'kept open by that'];
  const rows = offenders.slice(0, SHOWN).map(rowOf);
  const body = rows.length === 0 ? NOTHING : table('The visitors with the most of it', head, rows);
  return section('passive', 'Traffic without a person', lead, body);
}

/** Idle time that nobody needs. */
function filled({ points, policy }: ReportInput): Html {
  const own = points.find(({ idleTimeout }) => idleTimeout === policy.limits.idleTimeout);
  if (own === undefined || own.passive === 0) return NOTHING;
  const part = `${totalTimeText(own.passive)} (${shareText(own.passive, own.unattended)})`;
  return html`Of the time that sessions lay open, ${part} were a tab that went on asking,
in ${countText(own.passiveSessions, 'session', 'sessions')}. A shorter limit for hidden tabs
(a condition on <code>attention</code>) takes nothing from anybody there.`;
}

function hint(offenders: readonly PassiveVisitor[]): Html {
  if (offenders.every(({ clockwork }) => clockwork === 0)) return NOTHING;
  return html`What comes like clockwork and counts as a person's is a robot, or a poll that
<code>--background</code> does not name.`;
}

function rowOf({ visitor, requests, background, clockwork, passiveTime }: PassiveVisitor): string[] {
  const time = passiveTime === 0 ? '-' : lengthText(passiveTime);
  return [visitor, numberText(requests), numberText(background), numberText(clockwork), time];
}
