/** Headers of every answer: answers are data for programs, which a browser may not guess at, keep, show or hand on. */
export const safeHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
} as const;

/** Makes a browser ask this host by TLS alone from now on; sent by TLS only, and silent on other hosts of the domain. */
export const tlsHeaders = { 'Strict-Transport-Security': 'max-age=31536000' } as const;
