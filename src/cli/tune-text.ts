import type { CurvePoint } from '../replay/tune/curve.js';
import type { PassiveVisitor } from '../replay/tune/passive.js';
import type { Advice, Recommendation, Target } from '../replay/tune/recommend.js';
import { isBeyond } from '../replay/tune/span.js';
import type { Duration } from '../time/duration.js';
import { formatDuration } from '../time/duration.js';
import { table } from './report-table.js';
import { barText, countText, lengthText, numberText, shareText, shownText } from './report-text.js';
import type { Paint } from './terminal.js';
import type { TuneOutput } from './tune-command.js';

const BAR_CELLS = 16;
const SHOWN_OFFENDERS = 5;
/** Of a limit that is longer than the log. */
const TOO_SHORT = 'the log is too short';

/** What a tuning found, as a person likes to read it. */
export function tuneText(output: TuneOutput, source: string, paint: Paint): string {
  const { policy, target, requests, visitors, background, advice, current, diff } = output;
  const counts = [countText(requests, 'request', 'requests'), countText(visitors, 'visitor', 'visitors')];
  const passive = background > 0 ? `, ${shareText(background, requests)} in the background` : '';
  const parts = [
    `  ${paint.bold(`an idle limit for ${policy.id}`)}, after ${source}`,
    `  ${paint.dim(`${counts.join(', ')}${passive}`)}`,
    curveText(output, paint),
    adviceText(advice, target, current, paint),
    diff === null || diff === '' ? '' : diffText(diff, paint),
    passiveText(output, paint),
    output.caveats.map((caveat) => `  ${paint.yellow('note:')} ${caveat}`).join('\n'),
  ];
  return `\n${parts.filter((part) => part !== '').join('\n\n')}\n\n`;
}

function curveText(output: TuneOutput, paint: Paint): string {
  const { curve, current, advice, target } = output;
  const advised = advice.outcome === 'recommended' ? advice.recommendation.idleTimeout : null;
  const isMarked = ({ idleTimeout }: CurvePoint) => idleTimeout === advised || idleTimeout === current?.idleTimeout;
  const shown = curve.filter((point) => isMarked(point) || SHOWN.has(point.idleTimeout / 60_000));
  const most = Math.max(...shown.map(({ dropOffRate }) => dropOffRate));
  const rows = shown.map((point) => [
    formatDuration(point.idleTimeout),
    ...(isBeyond(point, output)
      ? ['-', '-', '-', paint.dim(TOO_SHORT), '-']
      : [
          ...[numberText(point.sessions), numberText(point.dropOffs), shareText(point.dropOffs, point.sessions)],
          ...[paint.cyan(barText(point.dropOffRate, most, BAR_CELLS)), lengthText(point.unattendedMean)],
        ]),
    markOf(point, current, advised, target),
  ]);
  const head = ['idle', 'sessions', 'drop-offs', 'of them', '', 'open', ''];
  return table(head, rows, ['right', 'right', 'right', 'right', 'left', 'right', 'left'], paint);
}

const SHOWN = new Set([1, 2, 5, 10, 15, 20, 30, 45, 60, 120, 240, 480]);

function markOf({ idleTimeout }: CurvePoint, current: CurvePoint | null, advised: Duration | null, { name }: Target) {
  if (idleTimeout === advised && idleTimeout === current?.idleTimeout) return '< now, right';
  if (idleTimeout === advised) return name === 'drop-offs' ? '< shortest' : '< longest';
  return idleTimeout === current?.idleTimeout ? '< now' : '';
}

function adviceText(advice: Advice, target: Target, current: CurvePoint | null, paint: Paint): string {
  if (advice.outcome === 'too_little_data') {
    const missing = advice.shortages.map(({ message }) => `    ${message}`).join('\n');
    return `  ${paint.yellow('too little data to recommend a limit (too_little_data)')}\n${missing}`;
  }
  const { recommendation } = advice;
  const { idleTimeout, limits, point } = recommendation;
  const range = limits.low === limits.high ? '' : ` (${spanText(limits.low, limits.high)} in logs like this one)`;
  const lines = [
    `${paint.bold(`${formatDuration(idleTimeout)}`)}${range}: ${sentenceOf(recommendation, target)}`,
    ...(recommendation.meetsTarget ? [] : [paint.yellow(`the target is not met: ${boundText(recommendation)}`)]),
    ...(recommendation.meetsTarget && !recommendation.isSure ? [doubtText(recommendation, target)] : []),
    ...(current === null ? [] : [changeText(current, point)]),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

function doubtText({ interval }: Recommendation, target: Target): string {
  const goal = target.name === 'drop-offs' ? target.rate : target.mean;
  if (interval.high > goal) return 'the target lies within the interval: a longer log would tell';
  return 'not sure: the instants of this log are coarse, see the note below';
}

function sentenceOf({ point, interval }: Recommendation, { name }: Target): string {
  if (name === 'drop-offs') {
    const range = `${percentText(interval.low)} to ${percentText(interval.high)}`;
    return `${percentText(point.dropOffRate)} of sessions cut off (95 %: ${range})`;
  }
  return `open for ${lengthText(point.unattendedMean)} unattended (95 %: ${spanText(interval.low, interval.high)})`;
}

function boundText({ boundBy }: Recommendation): string {
  if (boundBy === 'ceiling') return 'the ceiling allows nothing longer';
  return boundBy === 'policy' ? 'the policy allows nothing longer' : 'no limit that is allowed meets it';
}

function changeText(now: CurvePoint, then: CurvePoint): string {
  if (now.idleTimeout === then.idleTimeout) return 'that is what the policy says now';
  const [drops, open] = [then.dropOffs - now.dropOffs, then.unattended - now.unattended];
  const more = (value: number) => (value < 0 ? 'fewer' : 'more');
  const people = `${numberText(Math.abs(drops))} ${more(drops)} drop-offs`;
  return `than now, ${people} and ${lengthText(Math.abs(open))} ${open < 0 ? 'less' : 'more'} unattended time in all`;
}

function percentText(rate: number): string {
  return `${(rate * 100).toFixed(2)} %`;
}

function spanText(low: Duration, high: Duration): string {
  return `${lengthText(Math.round(low))} to ${lengthText(Math.round(high))}`;
}

function diffText(diff: string, paint: Paint): string {
  const paintLine = (line: string) => {
    if (line.startsWith('+')) return paint.cyan(line);
    return line.startsWith('-') ? paint.red(line) : line;
  };
  return diff.trimEnd().split('\n').map(paintLine).join('\n');
}

/** Idle time that nobody needs: what only background traffic fills, and who makes it. */
function passiveText({ current, offenders }: TuneOutput, paint: Paint): string {
  const parts: string[] = [];
  if (current !== null && current.passive > 0) {
    const share = shareText(current.passive, current.unattended);
    const where = countText(current.passiveSessions, 'session', 'sessions');
    parts.push(
      `  ${paint.bold('low-value idle')}: ${lengthText(current.passive)} (${share} of unattended time) in ${where}`,
      '  nobody was there, and a tab went on asking; a condition on `attention` makes it shorter',
    );
  }
  const shown = offenders
    .slice(0, SHOWN_OFFENDERS)
    .map((one) => `  ${paint.cyan(shownText(one.visitor))}: ${offenderText(one)}`);
  if (shown.length > 0) parts.push(`  ${paint.bold('most traffic without a person')}`, ...shown);
  return parts.join('\n');
}

function offenderText({ requests, background, clockwork, passiveTime }: PassiveVisitor): string {
  const parts = [
    background > 0 ? `${numberText(background)} in the background over ${lengthText(passiveTime)}` : '',
    clockwork > 0 ? `${numberText(clockwork)} like clockwork` : '',
  ];
  return `${parts.filter((part) => part !== '').join(', ')}, of ${countText(requests, 'request', 'requests')}`;
}
