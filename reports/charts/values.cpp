#include "reports/charts/values.h"

#include <duktape.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

namespace reports {

namespace {

using Document = nlohmann::json;

// Told of a text piece by piece, in its order, it makes each value where it belongs: on the stack
// lie the objects and arrays that are not complete yet, and the names of those that have one.
class Pusher final : public nlohmann::json_sax<Document> {
public:
    explicit Pusher(duk_context* heap) : heap_(heap) {}

    bool null() override {
        duk_push_null(heap_);
        return put();
    }
    bool boolean(bool value) override {
        duk_push_boolean(heap_, value);
        return put();
    }
    bool number_integer(std::int64_t value) override { return number(static_cast<double>(value)); }
    bool number_unsigned(std::uint64_t value) override {
        return number(static_cast<double>(value));
    }
    bool number_float(double value, const std::string&) override { return number(value); }
    bool string(std::string& value) override {
        push_text(value);
        return put();
    }
    bool binary(Document::binary_t&) override { return false; }

    bool start_object(std::size_t) override {
        duk_push_object(heap_);
        return open(kObject);
    }
    bool key(std::string& name) override {
        push_text(name);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override {
        duk_push_array(heap_);
        return open(0);
    }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t, const std::string&, const Document::exception&) override {
        return false;
    }

private:
    static constexpr std::int64_t kObject = -1;

    bool number(double value) {
        duk_push_number(heap_, value);
        return put();
    }

    // Duktape has a way of its own to write what is not ASCII, which its JSON knows.
    void push_text(const std::string& text) {
        // (A char has a sign on some machines only.)
        const bool is_plain = std::ranges::all_of(text, [](unsigned char c) { return c < 0x80; });
        if (is_plain) {
            duk_push_lstring(heap_, text.data(), text.size());
            return;
        }
        const std::string escaped = Document(text).dump(-1, ' ', true);
        duk_push_lstring(heap_, escaped.data(), escaped.size());
        duk_json_decode(heap_, -1);
    }

    bool open(std::int64_t kind) {
        duk_require_stack(heap_, 4);
        open_.push_back(kind);
        return true;
    }
    bool close() {
        open_.pop_back();
        return put();
    }

    // What lies on top belongs to what is open.
    bool put() {
        if (open_.empty()) return true;
        if (open_.back() == kObject) {
            // An own property whatever its name: "__proto__" is a name like others.
            duk_def_prop(heap_, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC);
        } else {
            duk_put_prop_index(heap_, -2, static_cast<duk_uarridx_t>(open_.back()++));
        }
        return true;
    }

    duk_context* heap_;
    std::vector<std::int64_t> open_;  // of an array, how many it has
};

}  // namespace

void push_json(duk_hthread* heap, std::string_view text) {
    Pusher pusher(heap);
    if (!Document::sax_parse(text, &pusher))
        throw std::runtime_error("the charts: this is no JSON");
}

}  // namespace reports
