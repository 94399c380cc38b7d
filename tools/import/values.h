// Texts of compose files and manifests as Spate's values.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "models/spec/json/json.h"

namespace tools::imports {

// The text, or an empty one.
std::string text_of(const models::spec::Json* json);
std::string text_at(const models::spec::Json& object, std::string_view name);

std::optional<double> number_of(const std::string& text);

// "500m" and "0.5" are half a core (Kubernetes), at least `least`.
std::optional<double> cores_of(const std::string& text);

// Kubernetes' "512Mi", "1G", "128974848", "123e6", as Spate writes sizes ("512MiB").
std::optional<std::string> kubernetes_size(const std::string& text);
// Compose's "512m", "1gb", "64k": all of them by 1024.
std::optional<std::string> compose_size(const std::string& text);

// Of a size as Spate writes it; none where it is empty.
std::optional<double> bytes_of(const std::string& size);
// In the largest binary unit that makes it whole.
std::string size_text(double bytes);

// Compose's "1m30s", "30s", "500ms", "10" (seconds); Kubernetes' seconds: as Spate writes them.
std::optional<std::string> duration_text(const std::string& text);

// A name that paths and expressions can say: "order-db" is order_db.
std::string node_name(const std::string& name);

// The hosts that a text names where it names one for sure: of addresses ("redis://cache:6379/0",
// "db:5432,db2:5432"), and the text as a whole where `is_host` says that it is one.
std::vector<std::string> hosts_in(const std::string& text, bool is_host);

// Whether a variable's name says that its value is a host: REDIS_HOST, DATABASE_URL.
bool names_host(std::string_view variable);

}  // namespace tools::imports
