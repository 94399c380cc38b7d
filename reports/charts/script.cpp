#include "reports/charts/script.h"

#include <duktape.h>

#include <cstring>
#include <sstream>
#include <stdexcept>

#include "reports/charts/bundle.h"
#include "reports/charts/values.h"

namespace reports {

namespace {

// What a browser has and Duktape has not, as far as the charts ask for it. Two things Duktape does
// by chance: Math.random, and the pivots of its sort, which decide how equals are ordered; here no
// picture may depend on it, so that sort is the stable one that today's browsers have.
constexpr std::string_view kPrelude = R"js(
var global = this, globalThis = this;
var console = {log: function () {}, warn: function () {}, error: function () {}};
function setTimeout() { return 0; }
function clearTimeout() {}
(function () {
    var state = 1;
    Math.random = function () {
        state = state * 16807 % 2147483647;
        return state / 2147483647;
    };
    function usual(a, b) {
        return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
    }
    function sorted(list, order) {
        if (list.length < 2) return list;
        var half = list.length >> 1;
        var left = sorted(list.slice(0, half), order), right = sorted(list.slice(half), order);
        var all = [], i = 0, k = 0;
        while (i < left.length || k < right.length) {
            all.push(k >= right.length || (i < left.length && order(left[i], right[k]) <= 0)
                ? left[i++] : right[k++]);
        }
        return all;
    }
    Object.defineProperty(Array.prototype, 'sort', {value: function (order) {
        var all = sorted(Array.prototype.slice.call(this), order || usual);
        for (var i = 0; i < all.length; i += 1) this[i] = all[i];
        return this;
    }});
})();
)js";

[[noreturn]] void fail(duk_context* heap) {
    throw std::runtime_error(std::string("the charts: ") + duk_safe_to_stacktrace(heap, -1));
}

void run(duk_context* heap, std::string_view script) {
    if (duk_peval_lstring_noresult(heap, script.data(), script.size()) != 0) fail(heap);
}

// Bytecode is for the very version that made it, and the library may be another one by now.
bool is_of_the_build(duk_context* heap) {
    duk_get_global_string(heap, "Duktape");
    duk_get_prop_string(heap, -1, "version");
    const bool is_same = duk_get_uint_default(heap, -1, 0) == DUK_VERSION;
    duk_pop_2(heap);
    return is_same;
}

void run_charts(duk_context* heap) {
    if (!is_of_the_build(heap)) return run(heap, bundle::charts_js());
    const std::string_view code = bundle::charts_bytecode();
    std::memcpy(duk_push_fixed_buffer(heap, code.size()), code.data(), code.size());
    duk_load_function(heap);
    if (duk_pcall(heap, 0) != DUK_EXEC_SUCCESS) fail(heap);
    duk_pop(heap);
}

}  // namespace

void ChartScript::End::operator()(duk_hthread* heap) const {
    duk_destroy_heap(heap);
}

ChartScript::ChartScript(std::string_view documents) : heap_(duk_create_heap_default()) {
    if (!heap_) throw std::bad_alloc();
    run(heap_.get(), kPrelude);
    run_charts(heap_.get());
    begin_call("load");
    push_json(heap_.get(), documents);
    end_call(1);
}

std::vector<std::string> ChartScript::names() {
    std::istringstream lines(call("names", {}));
    std::vector<std::string> names;
    for (std::string name; std::getline(lines, name);) names.push_back(name);
    return names;
}

// What scripts leave behind refers to itself in circles, as a function and its prototype do, so
// only a collection finds it. Left alone Duktape collects so seldom that the pictures of 1,000
// nodes leave 90 MB; a collection looks at all that there is, which takes as long as a small
// picture.
std::string ChartScript::picture(std::string_view name, std::string_view look) {
    constexpr int kPicturesACollection = 4;
    if (++pictures_ % kPicturesACollection == 0) duk_gc(heap_.get(), 0);
    return call("picture", {name, look});
}

std::string ChartScript::title() {
    return call("title", {});
}

std::string ChartScript::body() {
    return call("body", {});
}

std::string ChartScript::call(std::string_view function,
                              const std::vector<std::string_view>& arguments) {
    begin_call(function);
    for (const std::string_view argument : arguments) {
        duk_push_lstring(heap_.get(), argument.data(), argument.size());
    }
    return end_call(static_cast<int>(arguments.size()));
}

void ChartScript::begin_call(std::string_view function) {
    duk_get_global_string(heap_.get(), "spate");
    duk_push_lstring(heap_.get(), function.data(), function.size());
}

// A method call that catches what is thrown: [object, key, arguments...] becomes [object, result].
std::string ChartScript::end_call(int count) {
    duk_context* const heap = heap_.get();
    if (duk_pcall_prop(heap, -2 - count, count) != DUK_EXEC_SUCCESS) fail(heap);
    duk_size_t size = 0;
    const char* const text = duk_safe_to_lstring(heap, -1, &size);
    std::string result(text, size);
    duk_pop_2(heap);
    return result;
}

}  // namespace reports
