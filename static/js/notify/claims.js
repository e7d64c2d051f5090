// Lets exactly one tab of a browser do a task.
//
// IndexedDB runs one transaction at a time over all tabs. localStorage does not: each process has a copy of its own, so
// two tabs may read the same value and both go on.

const STORE = "claims";

let opened = null; // the promise of the database

// Replaces the value of `key` by next(value), unless that is undefined. True: it was replaced, and this tab has the claim.
export async function claim(key, next) {
  try {
    opened ??= open();
    return await replace(await opened, key, next);
  } catch {
    return next(undefined) !== undefined; // storage is forbidden: each tab decides alone
  }
}

function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open("dweb", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function replace(database, key, next) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    let value;
    store.get(key).onsuccess = ({ target }) => {
      value = next(target.result);
      if (value !== undefined) store.put(value, key);
    };
    transaction.oncomplete = () => resolve(value !== undefined);
    transaction.onabort = () => reject(transaction.error);
  });
}
