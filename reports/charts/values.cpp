#include "reports/charts/values.h"

#include <duktape.h>

#include <charconv>
#include <stdexcept>

namespace reports {

namespace {

class Reader {
public:
    Reader(duk_context* heap, std::string_view text) : heap_(heap), text_(text) {}

    void push_whole() {
        push(0);
        if (!text_.empty()) refuse();
    }

private:
    [[noreturn]] static void refuse() { throw std::runtime_error("the charts: this is no JSON"); }

    char next() const { return text_.empty() ? '\0' : text_.front(); }
    bool take(char expected) {
        if (next() != expected) return false;
        text_.remove_prefix(1);
        return true;
    }

    void push(int depth) {
        constexpr int kDeepest = 500;
        if (depth > kDeepest) refuse();
        duk_require_stack(heap_, 4);
        switch (next()) {
            case '{':
                return push_object(depth);
            case '[':
                return push_list(depth);
            case '"':
                push_text();
                return;
            case 't':
            case 'f':
            case 'n':
                return push_word();
            default:
                return push_number();
        }
    }

    void push_object(int depth) {
        duk_push_object(heap_);
        take('{');
        if (take('}')) return;
        do {
            push_text();
            if (!take(':')) refuse();
            push(depth + 1);
            // An own property whatever its name: "__proto__" is a name like others.
            duk_def_prop(heap_, -3, DUK_DEFPROP_HAVE_VALUE | DUK_DEFPROP_SET_WEC);
        } while (take(','));
        if (!take('}')) refuse();
    }

    void push_list(int depth) {
        duk_push_array(heap_);
        take('[');
        if (take(']')) return;
        duk_uarridx_t index = 0;
        do {
            push(depth + 1);
            duk_put_prop_index(heap_, -2, index++);
        } while (take(','));
        if (!take(']')) refuse();
    }

    // What is escaped, or not ASCII, which Duktape writes in its own way, is left to Duktape.
    void push_text() {
        std::size_t end = 1;
        bool is_plain = true;
        for (; end < text_.size() && text_[end] != '"'; ++end) {
            const bool is_escape = text_[end] == '\\';
            if (is_escape || static_cast<unsigned char>(text_[end]) >= 0x80) is_plain = false;
            if (is_escape) ++end;
        }
        if (next() != '"' || end >= text_.size()) refuse();
        if (is_plain) {
            duk_push_lstring(heap_, text_.data() + 1, end - 1);
        } else {
            duk_push_lstring(heap_, text_.data(), end + 1);
            duk_json_decode(heap_, -1);
        }
        text_.remove_prefix(end + 1);
    }

    void push_word() {
        for (const std::string_view word : {"true", "false", "null"}) {
            if (!text_.starts_with(word)) continue;
            text_.remove_prefix(word.size());
            if (word == "null") return duk_push_null(heap_);
            return duk_push_boolean(heap_, word == "true");
        }
        refuse();
    }

    void push_number() {
        if (next() != '-' && (next() < '0' || next() > '9')) refuse();
        double value = 0;
        const auto [end, error] = std::from_chars(text_.data(), text_.data() + text_.size(), value);
        if (error != std::errc()) refuse();
        text_.remove_prefix(static_cast<std::size_t>(end - text_.data()));
        duk_push_number(heap_, value);
    }

    duk_context* heap_;
    std::string_view text_;
};

}  // namespace

void push_json(duk_hthread* heap, std::string_view text) {
    Reader(heap, text).push_whole();
}

}  // namespace reports
