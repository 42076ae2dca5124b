#include "CCodecs.h"

#include <bzlib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct adyton_unpacker {
  adyton_codec codec;
  z_stream deflated;
  bz_stream blocks;
};

adyton_unpacker *adyton_unpacker_make(adyton_codec codec) {
  adyton_unpacker *unpacker = calloc(1, sizeof *unpacker);
  if (unpacker == NULL) return NULL;
  unpacker->codec = codec;
  int isReady = 0;
  switch (codec) {
    // The window of 32 KiB, and 16 for a gzip header; negative for no header.
    case ADYTON_CODEC_GZIP: isReady = inflateInit2(&unpacker->deflated, MAX_WBITS + 16) == Z_OK; break;
    case ADYTON_CODEC_DEFLATE: isReady = inflateInit2(&unpacker->deflated, -MAX_WBITS) == Z_OK; break;
    case ADYTON_CODEC_BZIP2: isReady = BZ2_bzDecompressInit(&unpacker->blocks, 0, 0) == BZ_OK; break;
  }
  if (!isReady) {
    free(unpacker);
    return NULL;
  }
  return unpacker;
}

void adyton_unpacker_destroy(adyton_unpacker *unpacker) {
  if (unpacker == NULL) return;
  if (unpacker->codec == ADYTON_CODEC_BZIP2) {
    BZ2_bzDecompressEnd(&unpacker->blocks);
  } else {
    inflateEnd(&unpacker->deflated);
  }
  free(unpacker);
}

size_t adyton_gzip_pack(const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count) {
  if (input_count > UINT_MAX || output_count > UINT_MAX) return 0;
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  // The usual level and memory, the window of 32 KiB, and 16 for a gzip header.
  if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
  stream.next_in = (uint8_t *)input;
  stream.avail_in = (unsigned int)input_count;
  stream.next_out = output;
  stream.avail_out = (unsigned int)output_count;
  int isWhole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  size_t written = output_count - stream.avail_out;
  deflateEnd(&stream);
  return isWhole ? written : 0;
}

static unsigned int limited(size_t count) { return count > UINT_MAX ? UINT_MAX : (unsigned int)count; }

static adyton_codec_state inflate_step(
    z_stream *stream, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used) {
  stream->next_in = (uint8_t *)input;
  stream->avail_in = limited(input_count);
  stream->next_out = output;
  stream->avail_out = limited(output_count);
  unsigned int in = stream->avail_in, out = stream->avail_out;
  int state = inflate(stream, Z_NO_FLUSH);
  *input_used = in - stream->avail_in;
  *output_used = out - stream->avail_out;
  if (state == Z_STREAM_END) return ADYTON_CODEC_END;
  return state == Z_OK || state == Z_BUF_ERROR ? ADYTON_CODEC_MORE : ADYTON_CODEC_DAMAGED;
}

static adyton_codec_state bzip2_step(
    bz_stream *stream, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used) {
  stream->next_in = (char *)input;
  stream->avail_in = limited(input_count);
  stream->next_out = (char *)output;
  stream->avail_out = limited(output_count);
  unsigned int in = stream->avail_in, out = stream->avail_out;
  int state = BZ2_bzDecompress(stream);
  *input_used = in - stream->avail_in;
  *output_used = out - stream->avail_out;
  if (state == BZ_STREAM_END) return ADYTON_CODEC_END;
  return state == BZ_OK ? ADYTON_CODEC_MORE : ADYTON_CODEC_DAMAGED;
}

adyton_codec_state adyton_unpacker_step(
    adyton_unpacker *unpacker, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used) {
  if (unpacker->codec == ADYTON_CODEC_BZIP2) {
    return bzip2_step(&unpacker->blocks, input, input_count, output, output_count, input_used, output_used);
  }
  return inflate_step(&unpacker->deflated, input, input_count, output, output_count, input_used, output_used);
}

uint32_t adyton_crc32(uint32_t crc, const uint8_t *bytes, size_t count) {
  while (count > 0) {
    unsigned int part = limited(count);
    crc = (uint32_t)crc32(crc, bytes, part);
    bytes += part;
    count -= part;
  }
  return crc;
}
