// What the form asks, without the fields that say nothing: the server would lead there anyway.
export function dropEmpty(data) {
  for (const name of [...data.keys()]) {
    const said = data.getAll(name).filter((value) => String(value).trim());
    data.delete(name);
    said.forEach((value) => data.append(name, value));
  }
  if (!data.has('near')) {
    data.delete('radius');
  }
}

export function queryOf(form) {
  const query = new URLSearchParams(new FormData(form)).toString(); // dropEmpty() has been at it: `formdata`
  return query && `?${query}`;
}
