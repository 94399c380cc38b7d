// The one digest that is asked for, by the name that OpenSSL has for it (module/sha256.cpp).
#pragma once

#include <stddef.h>

#define EVP_MAX_MD_SIZE 64

struct evp_md_st;
struct engine_st;

extern "C" const evp_md_st* EVP_sha256();
extern "C" int EVP_Digest(const void* data, size_t count, unsigned char* digest, unsigned int* size,
                          const evp_md_st* type, engine_st* engine);
