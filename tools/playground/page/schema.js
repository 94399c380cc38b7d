// What may be written at a place, from the scenario's JSON Schema (scenarios/schema.json).

function resolved(schema, each, depth = 0) {
  if (!each || depth > 16) return [];
  if (each.$ref) return resolved(schema, schema.definitions[each.$ref.split('/').pop()], depth + 1);
  for (const list of [each.allOf, each.anyOf]) {
    // What the choice as a whole says goes for each of it.
    if (list) return list.flatMap(one => resolved(schema, one, depth + 1));
  }
  return [each];
}

// Of several forms those that are of the kind that the object has; all of them where it has none yet.
function ofKind(forms, members) {
  const kind = members?.kind;
  const fitting = forms.filter(form => form.properties?.kind && form.properties.kind.const === kind);
  return fitting.length ? fitting : forms;
}

// The schemas of what a path leads to; `way` has the members of each object on it, the outermost first.
function schemasAt(schema, path, way) {
  let forms = resolved(schema, schema);
  path.forEach((name, depth) => {
    forms = ofKind(forms, way[depth]).flatMap(form => {
      if (typeof name === 'number') return form.items ? resolved(schema, form.items) : [];
      const known = form.properties?.[name];
      if (known) return [{...known, isNamed: true}].flatMap(one => resolved(schema, one));
      return typeof form.additionalProperties === 'object' ? resolved(schema, form.additionalProperties) : [];
    });
  });
  return forms;
}

function unique(offers) {
  const seen = new Set();
  return offers.filter(offer => !seen.has(offer.insert) && seen.add(offer.insert));
}

// What a value is to begin with, where nobody has written one: "", {} or [] that is waiting for more.
function beginning(schema, property) {
  if (property.default !== undefined && property.default !== null && typeof property.default !== 'object') return JSON.stringify(property.default);
  const forms = resolved(schema, property);
  const kinds = forms.map(form => form.type ?? typeof form.const);
  if (kinds.includes('string')) return '""';
  if (kinds.includes('object')) return '{}';
  if (kinds.includes('array')) return '[]';
  if (kinds.includes('boolean')) return 'true';
  return kinds.includes('integer') || kinds.includes('number') ? '1' : '""';
}

// What could stand there: [{label, insert, about, detail}]. `place` is placeAt()'s, `nodes` the names of
// the scenario's nodes, which is what much of it refers to.
export function offersAt(schema, place, way, nodes) {
  if (!place) return [];
  const forms = schemasAt(schema, place.path, way);
  if (place.isKey) {
    return unique(ofKind(forms, place.siblings).flatMap(form => Object.entries(form.properties ?? {})
      .filter(([name]) => !(name in place.siblings))
      .map(([name, property]) => ({label: name, insert: JSON.stringify(name), value: name === 'kind' ? '""' : beginning(schema, property),
        about: property.description ?? '', detail: property.default === undefined ? (form.required ?? []).includes(name) ? 'required' : '' :
          `default ${shortened(JSON.stringify(property.default))}`}))))
      .sort((one, other) => (other.detail === 'required') - (one.detail === 'required'));
  }
  const last = place.path[place.path.length - 1];
  if (last === 'kind') {
    return unique(schemasAt(schema, place.path.slice(0, -1), way).flatMap(form => form.properties?.kind?.const === undefined ? [] :
      [{label: form.properties.kind.const, insert: JSON.stringify(form.properties.kind.const), about: form.description ?? '', detail: ''}]));
  }
  const offers = forms.flatMap(form => {
    const about = form.description ?? '';
    if (form.const !== undefined) return [offer(form.const, about)];
    if (form.enum) return form.enum.map(each => offer(each, about));
    if (form.defaultSnippets) return form.defaultSnippets.map(snippet => offer(snippet.body.replace(/\$\{\d:([^}]*)\}/g, '$1'), snippet.description));
    if (form.type === 'boolean') return [offer(true, about), offer(false, about)];
    if (form.properties?.kind) return [{label: `{"kind": "${form.properties.kind.const}"}`, insert: `{"kind": ${JSON.stringify(form.properties.kind.const)}}`, about, detail: ''}];
    return [];
  });
  const isText = forms.some(form => form.type === 'string' && !form.enum && !form.pattern?.startsWith('^[0-9'));
  const isReference = typeof last === 'number' || /^(calls|target|backends?|from|to|of|on|node|database|cache)$/.test(String(last));
  if (isText && isReference) offers.push(...nodes.map(name => ({label: name, insert: JSON.stringify(name), about: 'A node of this scenario.', detail: 'node'})));
  return unique(offers);
}

function offer(value, about) {
  return {label: String(value), insert: JSON.stringify(value), about: about ?? '', detail: ''};
}

function shortened(text) {
  return text.length > 40 ? `${text.slice(0, 37)}…` : text;
}

// What is said of the member at a place: its description, and what it is without; null: nothing.
export function aboutAt(schema, place, way) {
  if (!place) return null;
  const path = place.isKey && place.value !== undefined ? [...place.path, place.value] : place.path;
  if (!path.length) return null;
  const name = path[path.length - 1];
  for (const form of ofKind(schemasAt(schema, path.slice(0, -1), way), way[path.length - 1])) {
    const property = form.properties?.[name];
    if (property?.description) return {name, text: property.description, default: property.default};
  }
  return null;
}
