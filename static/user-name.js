// @ts-check
/** User names and global accounts, as MediaWiki has them. Pure: tested with node. */

/** @typedef {{ id: number, name: string, locked?: string }} Account */

/** User names begin with a capital letter, and an underscore is a space. @param {string} text */
export function asUserName(text) {
  const trimmed = text.replaceAll('_', ' ').trim();
  const [first = ''] = trimmed;
  return first.toLocaleUpperCase('en') + trimmed.slice(first.length);
}

/**
 * What is asked of a wiki for the accounts whose names begin so; `origin=*` lets any site's page ask.
 * @param {string} wiki @param {string} prefix
 */
export function accountsAddress(wiki, prefix) {
  const query = new URLSearchParams({
    action: 'query', format: 'json', origin: '*',
    list: 'globalallusers', aguprefix: prefix, aguprop: 'lockinfo', agulimit: '8',
  });
  return `${wiki}/w/api.php?${query}`;
}

/**
 * The account of exactly this name: its id, `locked`, or `none` where no name begins so.
 * @param {readonly Account[]} accounts @param {string} name @returns {number | 'locked' | 'none' | undefined}
 */
export function chosenAccount(accounts, name) {
  const exact = accounts.find((account) => account.name === name);
  if (!exact) return accounts.length === 0 ? 'none' : undefined;
  return exact.locked === undefined ? exact.id : 'locked';
}
