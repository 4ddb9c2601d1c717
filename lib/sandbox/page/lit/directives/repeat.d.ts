/** lit-html's repeat(), copied by build.js like the rest of it. */
export * from 'lit-html/directives/repeat.js';
