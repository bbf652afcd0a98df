// zod tries whether it may evaluate text, which the page's Content-Security-Policy forbids and browsers then report as
// an attack; told so before it loads, it does not try.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } });
