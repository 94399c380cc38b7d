// What a CDN serves under one path, and what holds for it: for how long it is fresh and what it is
// called, in which parts and variants it is kept, who may have it.
#pragma once

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "models/spec/declaration/spec.h"

namespace models {

// How a new content of an object becomes known to caches that have the old one.
enum class ObjectNames { plain, versioned };
constexpr auto names_of(ObjectNames) {
    return std::array{
        spec::Word{"plain", ObjectNames::plain,
                   "An object keeps its name: caches have the old one until its TTL is over or it "
                   "is purged."},
        spec::Word{"versioned", ObjectNames::versioned,
                   "Each version has a name of its own (a hash or a date in the file name), which "
                   "whoever refers to it knows when the write is acknowledged: it is a new entry, "
                   "and the old one is never asked for again."}};
}

// URLs that are valid for a time and for whoever has them.
struct SignedUrlsSpec {
    static constexpr std::string_view name = "signed_urls";
    static constexpr std::string_view doc =
        "Signed URLs: a location checks the signature and when it expires before it answers.";
    sim::Duration valid_for = std::chrono::hours(1);
    spec::Distribution<sim::Duration> age;
    sim::Fraction unsigned_requests{};
    sim::Duration check_time{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            param("valid_for", &SignedUrlsSpec::valid_for, above(sim::Duration::zero()),
                  "How long a URL is valid after it was signed."),
            param("age", &SignedUrlsSpec::age,
                  "Age of the URLs that are asked for: time since they were signed. With 0s (the "
                  "default) they are new."),
            param("unsigned_requests", &SignedUrlsSpec::unsigned_requests,
                  "Share of the requests that come without a signature (hotlinks)."),
            param("check_time", &SignedUrlsSpec::check_time, at_least(sim::Duration::zero()),
                  "Time of a core for the check of a signature.")};
    }
};

// What of a request the answer depends on, beside its path (the header Vary): each has a copy of
// its own.
enum class CdnVary : std::uint8_t { locale, segment };
constexpr auto names_of(CdnVary) {
    return std::array{
        spec::Word{"locale", CdnVary::locale, "The user's locale (Accept-Language)."},
        spec::Word{"segment", CdnVary::segment,
                   "The user's segment (User-Agent, or a cookie: phones and desktops)."}};
}

// RFC 9110, 14.
struct RangesSpec {
    static constexpr std::string_view name = "ranges";
    static constexpr std::string_view doc =
        "Range requests: each is for a part of an object, and is answered with that (206).";
    spec::Distribution<sim::Bytes> length;
    sim::Fraction from_start{};
    static constexpr auto params() {
        using namespace spec;
        return std::tuple{
            required("length", &RangesSpec::length,
                     "Length of the part that is asked for; no more than the object has."),
            param("from_start", &RangesSpec::from_start,
                  "Share of the requests whose part is the beginning of the object. The others' is "
                  "anywhere in it, drawn evenly.")};
    }
};

struct CdnCompressionSpec {
    static constexpr std::string_view name = "cdn_compression";
    static constexpr std::string_view doc =
        "Compression at a location: once for each fetch, and kept so (as CloudFront and Fastly "
        "do). A CDN in front of a shield that has compressed it does not do so again.";
    double ratio = 4;
    sim::Bytes bytes_per_second{std::uint64_t{50} << 20};
    sim::Bytes min_length{1000};
    static constexpr auto params() {
        using namespace spec;
        using Spec = CdnCompressionSpec;
        return std::tuple{
            param("ratio", &Spec::ratio, at_least(1.0), at_most(1000.0),
                  "Bytes before to bytes after: JSON and HTML shrink to about a quarter with gzip, "
                  "images not at all."),
            param("bytes_per_second", &Spec::bytes_per_second, at_least(sim::Bytes{1}),
                  "Bytes that a core compresses in a second: zlib about 50 MB at level 6, brotli "
                  "at level 11 less than 1 MB."),
            param("min_length", &Spec::min_length,
                  "Objects smaller than this are not compressed (CloudFront: 1,000 bytes).")};
    }
    double compressed(double bytes) const {
        return bytes < static_cast<double>(min_length.count) ? bytes : std::max(1.0, bytes / ratio);
    }
};

// As a cache behaviour of Amazon CloudFront, or a location of nginx: what is asked for under one
// path, and what holds for it.
struct CdnBehaviorSpec {
    static constexpr std::string_view name = "cdn_behavior";
    static constexpr std::string_view doc =
        "How a CDN treats what is under one path: for how long it is fresh, how large it is, who "
        "may have it.";
    sim::Duration ttl = std::chrono::hours(24);
    sim::Duration stale_while_revalidate{};
    sim::Duration stale_if_error{};
    ObjectNames names = ObjectNames::plain;
    std::optional<spec::Distribution<sim::Bytes>> size;
    std::optional<SignedUrlsSpec> signed_urls;
    sim::Duration keep{};
    std::vector<CdnVary> vary;
    std::optional<RangesSpec> ranges;
    std::optional<sim::Bytes> slice;
    std::optional<CdnCompressionSpec> compression;
    static constexpr auto params() {
        using namespace spec;
        constexpr auto none = at_least(sim::Duration::zero());
        constexpr auto most = at_most(sim::Duration(std::chrono::hours(24 * 365)));
        using Spec = CdnBehaviorSpec;
        return std::tuple{
            param("ttl", &Spec::ttl, none, most,
                  "Time to live (max-age, s-maxage): how long an object is fresh at a location "
                  "after it was fetched. With 0s nothing is kept."),
            param("stale_while_revalidate", &Spec::stale_while_revalidate, none, most,
                  "How long after its TTL an object is still served while it is being fetched anew "
                  "(RFC 5861)."),
            param("stale_if_error", &Spec::stale_if_error, none, most,
                  "How long after its TTL an object is still served if the fetch of it fails (RFC "
                  "5861)."),
            param("names", &Spec::names, "What a new version of an object is called."),
            param("size", &Spec::size,
                  "Size of an object, drawn once for each. Without it, that of the origin's "
                  "answer."),
            param("signed_urls", &Spec::signed_urls,
                  "Signed URLs are needed; who has none, or one that has expired, is refused "
                  "(403). Without it everybody may have what is there."),
            param("keep", &Spec::keep, none, most,
                  "How long after its TTL an object is kept to be revalidated (keep of Varnish; "
                  "proxy_cache_revalidate of nginx): the origin is asked with its ETag or "
                  "Last-Modified, and answers 304 without a body if it has not changed. With 0s "
                  "what is not fresh is fetched as a whole, but for what the stale times keep."),
            param("vary", &Spec::vary,
                  "What of a request the answer depends on beside its path (Vary): each variant is "
                  "fetched and kept on its own. Without any there is one."),
            param("ranges", &Spec::ranges,
                  "Range requests for parts of objects. Without it each request is for a whole "
                  "one."),
            param("slice", &Spec::slice, at_least(sim::Bytes{std::uint64_t{64} << 10}),
                  at_most(sim::Bytes{~std::uint32_t{0}}),
                  "Size of the slices in which objects are fetched and kept, each on its own and "
                  "one after the other (slice of nginx). Without it a miss fetches the whole "
                  "object, whatever part was asked for."),
            param("compression", &Spec::compression,
                  "Compression of what is fetched. Without it objects are kept and sent as they "
                  "came.")};
    }
    bool keeps() const { return ttl > sim::Duration::zero(); }
    // How long after its TTL an object may still be of use.
    sim::Duration longer() const {
        return std::max({stale_while_revalidate, stale_if_error, keep});
    }
    void check(spec::Check& check) const {
        check.that(keeps() || std::max(stale_while_revalidate, stale_if_error) == kNoTime, "ttl",
                   "with a ttl of 0s nothing is kept that could be served stale",
                   "give it a ttl, or leave the stale times out");
        check.that(keeps() || keep == kNoTime, "keep",
                   "with a ttl of 0s nothing is kept that could be revalidated",
                   "give it a ttl: with \"1ms\" all but every request revalidates");
        check.that(!ranges || size, "ranges", "nobody knows where an object ends",
                   "give it a \"size\"");
        check.that(!slice || size, "slice", "nobody knows how many slices an object has",
                   "give it a \"size\"");
        check.that(!compression || (!ranges && !slice), "compression",
                   "a range is of an object's own bytes, so what is asked for in parts is not "
                   "compressed",
                   "leave out the one or the other");
    }

private:
    static constexpr sim::Duration kNoTime{};
};

}  // namespace models
