// Packing and unpacking with zlib and libbz2, whose own interfaces are made of macros and structs that Swift does not
// see well, and decoding with iconv, which macOS keeps in a library of its own.
#ifndef ADYTON_CCODECS_H
#define ADYTON_CCODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  // One gzip member, with its checksum.
  ADYTON_CODEC_GZIP = 0,
  // A deflate stream with nothing around it, as in ZIP.
  ADYTON_CODEC_DEFLATE = 1,
  // One bzip2 stream, with its checksum.
  ADYTON_CODEC_BZIP2 = 2
} adyton_codec;

typedef enum {
  // Wants more input, or more room for output.
  ADYTON_CODEC_MORE = 0,
  // The stream ends here; what is left of the input is behind it.
  ADYTON_CODEC_END = 1,
  // The input is no such stream.
  ADYTON_CODEC_DAMAGED = 2
} adyton_codec_state;

typedef struct adyton_unpacker adyton_unpacker;

// NULL where there is no memory for one.
adyton_unpacker *adyton_unpacker_make(adyton_codec codec);
void adyton_unpacker_destroy(adyton_unpacker *unpacker);

// Unpacks as much as input and room allow. Says how much of both was used.
adyton_codec_state adyton_unpacker_step(
    adyton_unpacker *unpacker, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used);

// Packs bytes as one gzip member. Says how many bytes that are; 0 where they do not fit, or there is no memory.
size_t adyton_gzip_pack(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count);

// The CRC-32 of ZIP over more bytes; 0 to begin with.
uint32_t adyton_crc32(uint32_t crc, const uint8_t *bytes, size_t count);

// Turns text of another encoding into UTF-8.
typedef struct adyton_decoder adyton_decoder;

// NULL where the machine does not know the encoding.
adyton_decoder *adyton_decoder_make(const char *encoding);
void adyton_decoder_destroy(adyton_decoder *decoder);

// Decodes as much as input and room allow, but for a character whose bytes are not all there. Says how much of both was
// used. DAMAGED where the next bytes are no text of the encoding.
adyton_codec_state adyton_decoder_step(
    adyton_decoder *decoder, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used);

#endif
