/// <reference lib="dom" />
import { ADDRESSES, DEVICES, PRETEND_ADDRESS, PRETEND_DEVICE } from '../pretend.js';

/** Where this tab pretends to be. Kept for the tab, so that a reload changes nothing. */
export const pretending = {
  get address(): string {
    return sessionStorage.getItem(PRETEND_ADDRESS) ?? ADDRESSES[0].value;
  },
  set address(value: string) {
    sessionStorage.setItem(PRETEND_ADDRESS, value);
  },
  get device(): string {
    return sessionStorage.getItem(PRETEND_DEVICE) ?? DEVICES[0].value;
  },
  set device(value: string) {
    sessionStorage.setItem(PRETEND_DEVICE, value);
  },
};

/** Has every request of the page say where it pretends to come from, those of `curfew/browser` too. */
export function pretendEverywhere(): void {
  const { fetch } = window;
  window.fetch = (input, init) => {
    const request = new Request(input, init);
    request.headers.set(PRETEND_ADDRESS, pretending.address);
    request.headers.set(PRETEND_DEVICE, pretending.device);
    return fetch(request);
  };
}
