#ifndef ADYTON_CDIGEST_H
#define ADYTON_CDIGEST_H

#include <stddef.h>
#include <stdint.h>

/// A text whose MD5 has been computed as far as its whole blocks go, so that many texts that begin with it cost only
/// what follows.
typedef struct {
  uint32_t state[4];
  uint64_t length;
  uint8_t rest[64];
} adyton_md5_prefix;

/// Begins with a text.
void adyton_md5_begin(adyton_md5_prefix *prefix, const uint8_t *text, size_t length);

/// The MD5 (RFC 1321) of the prefix and the text behind it. The prefix stays as it is.
void adyton_md5_end(const adyton_md5_prefix *prefix, const uint8_t *text, size_t length, uint8_t digest[16]);

#endif
