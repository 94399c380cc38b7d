// log, exp and pow with the same bits on every machine.
//
// The C library's differ in the last bit between processors with and without fused
// multiply-add, and that is enough to make two runs of one scenario part ways. These use only
// +, -, * and /, which IEEE 754 rounds the same way everywhere, and are compiled without
// contraction. Special values are those of the C library; errno and exception flags are not kept.
#pragma once

namespace sim {

double log(double x);            // within 0.51 units in the last place
double exp(double x);            // 0.52
double pow(double x, double y);  // 0.55

double log1p(double x);  // log(1 + x), within 4
double expm1(double x);  // exp(x) - 1, within 4

}  // namespace sim
