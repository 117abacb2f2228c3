FROM node:22-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev

FROM node:22-bookworm-slim
# Pipelines check out with git; the shell steps of a team need its own tools on top of this image.
RUN apt-get update && apt-get install -y --no-install-recommends git ca-certificates \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/schema ./schema
COPY --from=build /app/templates ./templates
RUN mkdir /state && chown node:node /state
USER node
ENV NODE_ENV=production SAGALINE_STATE=/state SAGALINE_HOST=0.0.0.0 SAGALINE_PORT=8080
VOLUME /state
EXPOSE 8080
CMD ["node", "dist/src/platform/up.js"]
