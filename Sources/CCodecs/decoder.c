#include "CCodecs.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>

struct adyton_decoder {
  iconv_t conversion;
};

adyton_decoder *adyton_decoder_make(const char *encoding) {
  iconv_t conversion = iconv_open("UTF-8", encoding);
  if (conversion == (iconv_t)-1) return NULL;
  adyton_decoder *decoder = malloc(sizeof(adyton_decoder));
  if (decoder == NULL) {
    iconv_close(conversion);
    return NULL;
  }
  decoder->conversion = conversion;
  return decoder;
}

void adyton_decoder_destroy(adyton_decoder *decoder) {
  if (decoder == NULL) return;
  iconv_close(decoder->conversion);
  free(decoder);
}

adyton_codec_state adyton_decoder_step(
    adyton_decoder *decoder, const uint8_t *input, size_t input_count, uint8_t *output, size_t output_count,
    size_t *input_used, size_t *output_used) {
  char *from = (char *)input;
  char *to = (char *)output;
  size_t from_count = input_count;
  size_t to_count = output_count;
  size_t result = iconv(decoder->conversion, &from, &from_count, &to, &to_count);
  *input_used = input_count - from_count;
  *output_used = output_count - to_count;
  // A full output and a character that goes on behind the input are no damage.
  return result == (size_t)-1 && errno == EILSEQ ? ADYTON_CODEC_DAMAGED : ADYTON_CODEC_MORE;
}
