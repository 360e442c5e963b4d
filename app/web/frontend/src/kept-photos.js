// Photos that wait on the device: files are too large for the local storage that keeps the answers of the minutes, so
// they lie in a database of the browser, in the order in which they were chosen, under the key of their checklist.
const NAME = "keel-minutes";
const TABLE = "photos";

const asked = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

const opened = () => {
  const request = indexedDB.open(NAME, 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(TABLE, { autoIncrement: true }).createIndex("checklist", "checklist");
  };
  return asked(request);
};

/** Do something with the table in one transaction; resolves when it is written to the disk. */
async function within(mode, work) {
  const database = await opened();
  try {
    const transaction = database.transaction(TABLE, mode);
    const answer = work(transaction.objectStore(TABLE));
    await new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
    return await answer;
  } finally {
    database.close();
  }
}

/** Return the photos of one checklist that wait on this device. Rejects where the browser keeps nothing. */
export default function keptPhotos(checklist) {
  return {
    /** Keep photos for a line, each as `{ key, file }`. */
    add: (line, chosen) => within("readwrite", (table) => {
      for (const { key, file } of chosen) table.add({ checklist, line, key, file });
    }),

    /** Return what waits, the oldest first, as `{ id, line, key, file }`. */
    all: () => within("readonly", async (table) => {
      const index = table.index("checklist");
      const [ids, rows] = await Promise.all([asked(index.getAllKeys(checklist)), asked(index.getAll(checklist))]);
      return rows.map((row, place) => ({ ...row, id: ids[place] }));
    }),

    /** Forget one that has arrived, or that nobody wants. */
    drop: (id) => within("readwrite", (table) => { table.delete(id); }),
  };
}
