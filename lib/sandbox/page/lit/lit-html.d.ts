/** lit-html's browser build, which build.js copies beside the compiled page. */
export * from 'lit-html';
