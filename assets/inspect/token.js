// The bearer token. It stays in this tab and in no address, and goes only to the server of this page.

const KEY = "inspect-token";

export const token = () => sessionStorage.getItem(KEY) ?? "";

export function keepToken(text) {
  if (text) sessionStorage.setItem(KEY, text);
  else sessionStorage.removeItem(KEY);
}
