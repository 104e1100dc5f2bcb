// Where answers wait until the server has confirmed them: in the browser's database, which outlives the tab and the
// browser. Where there is none (a private window, a full disk) they wait in this page, and `isDurable` says so.
//
// An entry: { id, attempt, page, url, body, base, isTried }. `attempt` names the attempt and with it the person,
// `page` the question; both are the server's own words and mean nothing here.

const TABLE = "answers";

function asked(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = request.onblocked = () => reject(request.error);
  });
}

async function onDevice() {
  const opening = indexedDB.open("serai", 1);
  opening.onupgradeneeded = () =>
    opening.result.createObjectStore(TABLE, { keyPath: "id", autoIncrement: true }).createIndex("attempt", "attempt");
  const database = await asked(opening);

  async function change(work) {
    const transaction = database.transaction(TABLE, "readwrite", { durability: "strict" });
    const done = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    const result = await asked(work(transaction.objectStore(TABLE)));
    await done;
    return result;
  }

  return {
    isDurable: true,
    list: (attempt) => asked(database.transaction(TABLE).objectStore(TABLE).index("attempt").getAll(attempt)),
    put: (entry) => change((table) => table.put(entry)),
    remove: (id) => change((table) => table.delete(id)),
  };
}

function inPage() {
  const entries = new Map();
  let last = 0;
  return {
    isDurable: false,
    list: async (attempt) => [...entries.values()].filter((entry) => entry.attempt === attempt),
    put: async (entry) => {
      const id = entry.id ?? (last += 1);
      entries.set(id, { ...entry, id });
      return id;
    },
    remove: async (id) => entries.delete(id),
  };
}

let store;
const opened = onDevice()
  .catch(inPage)
  .then((found) => (store = found));

export const isDurable = () => store?.isDurable ?? true;
export const list = async (attempt) => (await opened, store.list(attempt));
export const remove = async (id) => (await opened, store.remove(id));

export async function put(entry) {
  await opened;
  try {
    return await store.put(entry);
  } catch (error) {
    if (!store.isDurable) throw error;
    const waiting = await store.list(entry.attempt).catch(() => []);
    store = inPage(); // the disk is full: go on in the page, which warns before it is closed
    for (const other of waiting) await store.put(other);
    return store.put(entry);
  }
}
