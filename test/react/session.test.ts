// @vitest-environment jsdom
import { act, createElement, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server';
import { afterEach, describe, expect, it } from 'vitest';
import { watchSession } from '../../src/browser/index.js';
import { SessionDialog, SessionProvider, useSession } from '../../src/react/index.js';
import { aMachine, MINUTE } from '../browser/support.js';

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });

function Phase() {
  const { phase, canExtend, code } = useSession();
  return createElement('output', null, `${phase} ${canExtend} ${code}`);
}

const text = () => document.querySelector('output')?.textContent;
let unmount = () => {};
afterEach(() => act(() => unmount()));

function render(element: Parameters<ReturnType<typeof createRoot>['render']>[0]) {
  const place = document.body.appendChild(document.createElement('div'));
  const root = createRoot(place);
  unmount = () => {
    root.unmount();
    place.remove();
  };
  return act(async () => root.render(element));
}

describe('useSession', () => {
  it('follows the session through its phases', async () => {
    const machine = aMachine();
    const options = { host: machine.tab().host };
    await render(createElement(StrictMode, null, createElement(SessionProvider, { options }, createElement(Phase))));
    await act(() => machine.passes(1_000));
    expect(text()).toBe('active true null');
    await act(() => machine.passes(13 * MINUTE));
    expect(text()).toBe('warning true null');
    await act(() => machine.passes(3 * MINUTE));
    expect(text()).toBe('ended false idle_timeout');
  });

  it('ends its watch with the provider, and leaves yours alone', async () => {
    const machine = aMachine();
    const session = watchSession({ host: machine.tab().host });
    await render(createElement(SessionProvider, { session }, createElement(Phase)));
    await act(() => machine.passes(1_000));
    expect(text()).toBe('active true null');
    await act(() => unmount());
    unmount = () => {};
    await session.refresh();
    const own = aMachine();
    await render(createElement(SessionProvider, { options: { host: own.tab().host } }, createElement(Phase)));
    await act(() => unmount());
    unmount = () => {};
    const { length } = own.server.asked;
    await own.passes(20 * MINUTE);
    expect(own.server.asked).toHaveLength(length);
  });

  it('is unknown on a server', () => {
    const tree = createElement(SessionProvider, null, createElement(Phase), createElement(SessionDialog));
    expect(renderToString(tree)).toBe('<output>unknown false null</output><curfew-dialog></curfew-dialog>');
  });

  it('says what is missing around it', () => {
    expect(() => renderToString(createElement(Phase))).toThrow(/SessionProvider/);
  });
});

describe('<SessionDialog>', () => {
  it('is the element over the provider’s session', async () => {
    const machine = aMachine();
    const dialog = createElement(SessionDialog, { signIn: '/login', messages: { extend: 'Bleiben' } }, 'Your draft');
    await render(createElement(SessionProvider, { options: { host: machine.tab().host } }, dialog));
    await act(() => machine.passes(1_000));
    const element = document.querySelector('curfew-dialog');
    const inside = () => element?.shadowRoot?.querySelector('dialog');
    expect(inside()?.open).toBe(false);
    await act(() => machine.passes(13 * MINUTE));
    expect(inside()?.open).toBe(true);
    expect(inside()?.querySelector('.action')?.textContent).toBe('Bleiben');
    await act(() => machine.passes(3 * MINUTE));
    expect(inside()?.querySelector('a')?.getAttribute('href')).toBe('/login');
    expect(element?.querySelector('[slot=kept]')?.textContent).toBe('Your draft');
  });
});
