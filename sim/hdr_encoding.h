// A histogram in HdrHistogram's V2 format, which every HdrHistogram library and viewer reads.
//
// The layout is that of AbstractHistogram.encodeIntoByteBuffer and encodeIntoCompressedByteBuffer
// (Java HdrHistogram 2.1): a header of 40 bytes, big-endian, then the counts from the bucket of
// zero on, zig-zag LEB128, a run of n empty buckets as -n. The compressed form is a zlib stream;
// ours holds stored blocks only, which is a valid zlib stream and needs no zlib.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/histogram.h"

namespace sim {

using ByteString = std::vector<std::uint8_t>;

ByteString hdr_encode(const Histogram& histogram);           // V2, uncompressed
ByteString hdr_encode_deflated(const Histogram& histogram);  // V2, compressed form, stored

// Of hdr_encode_deflated: the text that stands in .hlog files and starts with "HISTFAAA".
std::string hdr_encode_base64(const Histogram& histogram);

// Reads the uncompressed V2 form with 3 digits and unit 1; nothing when it is anything else. The
// format keeps counts but no sum: every value comes back as the middle of its bucket.
std::optional<Histogram> hdr_decode(std::span<const std::uint8_t> bytes);

}  // namespace sim
