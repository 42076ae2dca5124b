#include "CDigest.h"

#include <string.h>

// floor(2^32 * abs(sin(i + 1)))
static const uint32_t sines[64] = {
    0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
    0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
    0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
    0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
    0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
    0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
    0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
    0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391};

static inline uint32_t rotated(uint32_t value, unsigned bits) { return value << bits | value >> (32 - bits); }

static inline uint32_t little(const uint8_t *bytes) {
  return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

// One step of each of the four rounds; the compiler is to see every index.
#define STEP(mixed, a, b, word, bits, sine) (a) = (b) + rotated((a) + (mixed) + (word) + (sine), (bits))
#define FOUR(round, first, w0, w1, w2, w3, s0, s1, s2, s3)                        \
  STEP(round(b, c, d), a, b, words[w0], s0, sines[(first)]);                     \
  STEP(round(a, b, c), d, a, words[w1], s1, sines[(first) + 1]);                 \
  STEP(round(d, a, b), c, d, words[w2], s2, sines[(first) + 2]);                 \
  STEP(round(c, d, a), b, c, words[w3], s3, sines[(first) + 3])
#define FIRST(x, y, z) (z ^ (x & (y ^ z)))
#define SECOND(x, y, z) (y ^ (z & (x ^ y)))
#define THIRD(x, y, z) (x ^ y ^ z)
#define FOURTH(x, y, z) (y ^ (x | ~z))

static void take(uint32_t state[4], const uint8_t block[64]) {
  uint32_t words[16];
  for (int i = 0; i < 16; i++) words[i] = little(block + 4 * i);
  uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
  FOUR(FIRST, 0, 0, 1, 2, 3, 7, 12, 17, 22);
  FOUR(FIRST, 4, 4, 5, 6, 7, 7, 12, 17, 22);
  FOUR(FIRST, 8, 8, 9, 10, 11, 7, 12, 17, 22);
  FOUR(FIRST, 12, 12, 13, 14, 15, 7, 12, 17, 22);
  FOUR(SECOND, 16, 1, 6, 11, 0, 5, 9, 14, 20);
  FOUR(SECOND, 20, 5, 10, 15, 4, 5, 9, 14, 20);
  FOUR(SECOND, 24, 9, 14, 3, 8, 5, 9, 14, 20);
  FOUR(SECOND, 28, 13, 2, 7, 12, 5, 9, 14, 20);
  FOUR(THIRD, 32, 5, 8, 11, 14, 4, 11, 16, 23);
  FOUR(THIRD, 36, 1, 4, 7, 10, 4, 11, 16, 23);
  FOUR(THIRD, 40, 13, 0, 3, 6, 4, 11, 16, 23);
  FOUR(THIRD, 44, 9, 12, 15, 2, 4, 11, 16, 23);
  FOUR(FOURTH, 48, 0, 7, 14, 5, 6, 10, 15, 21);
  FOUR(FOURTH, 52, 12, 3, 10, 1, 6, 10, 15, 21);
  FOUR(FOURTH, 56, 8, 15, 6, 13, 6, 10, 15, 21);
  FOUR(FOURTH, 60, 4, 11, 2, 9, 6, 10, 15, 21);
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

/// Takes whole blocks, and returns how many bytes they were.
static size_t take_all(uint32_t state[4], const uint8_t *text, size_t length) {
  size_t taken = 0;
  for (; length - taken >= 64; taken += 64) take(state, text + taken);
  return taken;
}

void adyton_md5_begin(adyton_md5_prefix *prefix, const uint8_t *text, size_t length) {
  static const uint32_t start[4] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476};
  memcpy(prefix->state, start, sizeof start);
  const size_t taken = take_all(prefix->state, text, length);
  prefix->length = length;
  memcpy(prefix->rest, text + taken, length - taken);
}

void adyton_md5_end(const adyton_md5_prefix *prefix, const uint8_t *text, size_t length, uint8_t digest[16]) {
  uint32_t state[4];
  memcpy(state, prefix->state, sizeof state);
  uint8_t block[128];
  size_t held = prefix->length % 64;
  memcpy(block, prefix->rest, held);
  const uint64_t bits = (prefix->length + length) * 8;
  if (held + length >= 64) {
    memcpy(block + held, text, 64 - held);
    take(state, block);
    text += 64 - held;
    length -= 64 - held;
    held = 0;
    const size_t taken = take_all(state, text, length);
    text += taken;
    length -= taken;
  }
  memcpy(block + held, text, length);
  held += length;
  block[held++] = 0x80;
  const size_t end = held <= 56 ? 64 : 128;
  memset(block + held, 0, end - held);
  for (int i = 0; i < 8; i++) block[end - 8 + i] = (uint8_t)(bits >> (8 * i));
  take_all(state, block, end);
  for (int i = 0; i < 16; i++) digest[i] = (uint8_t)(state[i >> 2] >> (8 * (i & 3)));
}
