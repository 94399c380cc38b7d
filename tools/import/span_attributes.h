// What a span's attributes (tags) say that a scenario needs.
#pragma once

#include <map>
#include <string>

#include "models/spec/json/json.h"
#include "tools/import/spans.h"

namespace tools::imports {

using SpanAttributes = std::map<std::string, std::string, std::less<>>;

// Numbers and true or false as text.
std::string plain_text(const models::spec::Json* json);

// By OpenTelemetry's semantic conventions, present and past, and OpenTracing's: what is called
// (db.system, messaging.system, peer.service, server.address), the status, and whether it failed.
void describe(const SpanAttributes& attributes, RecordedSpan& span);

// Which instance a service's resource (process) is: service.instance.id, or a pod's or host's name.
std::string instance_of(const SpanAttributes& resource);

// "server", "SPAN_KIND_SERVER", "SERVER", and OTLP's numbers.
RecordedKind recorded_kind(const std::string& text);

// Keeps a span that can be placed in time; what is wrong with another is left out.
void keep_span(RecordedSpan span, RecordedSpans& all);

}  // namespace tools::imports
