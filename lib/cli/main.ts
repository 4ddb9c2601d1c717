#!/usr/bin/env node
/**
 * The entry of `cio-stream`. It loads the command line and nothing else: what a command needs is loaded when it runs,
 * so that help and version come at once.
 */
import { execute } from './execute.ts';
import { printInternal } from './show/failure.ts';

// The reader of a pipe may close it when it has seen enough. If records are lost by that, the reject store reports it.
process.stdout.on('error', () => {});
process.stderr.on('error', () => {});
// The SDK warns of Node 20 on standard error, which may have to be JSON, or empty. The release that we name runs there.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
process.on('uncaughtException', (error) => process.exit(printInternal(error)));

process.exitCode = await execute(process.argv);
