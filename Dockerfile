# The image that Airbyte runs: `spec`, `check`, `discover`, `write`. It holds Node, the compiled connector and what it
# needs at run time; nobody in it is root. `docker build -t destination-customer-io .`
FROM node:20-slim AS build
WORKDIR /build
COPY package.json package-lock.json tsconfig.json ./
# No scripts: all native parts come prebuilt.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY lib lib
RUN npx tsc -p . --declaration false --isolatedDeclarations false
# What talks to object storage is the user's choice in the package; here it is on board.
RUN node --eval "const p = require('./package.json'); \
      for (const name in p.peerDependencies) p.dependencies[name] = p.devDependencies[name]; \
      delete p.devDependencies; \
      fs.writeFileSync('package.json', JSON.stringify(p))" \
    && npm prune --ignore-scripts --no-audit --no-fund

FROM node:20-slim
LABEL io.airbyte.version="0.1.0" \
      io.airbyte.name="customerio-streams/destination-customer-io"
ENV NODE_ENV=production \
    AIRBYTE_ENTRYPOINT="node /airbyte/dist/lib/airbyte/main.js"
WORKDIR /airbyte
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist/lib dist/lib
USER node
ENTRYPOINT ["node", "/airbyte/dist/lib/airbyte/main.js"]
