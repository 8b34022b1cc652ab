import { expect, it } from 'vitest';
import { heredocLanguage, shebangLanguage } from './index';

it.each([
  ['RUN', '<<EOF', 'shell'],
  ['RUN', 'bash -e <<EOF', 'shell'],
  ['RUN', 'apt update && DEBUG=1 /usr/bin/python3.12 - <<EOF', 'python'],
  ['RUN', 'cat > /etc/x <<EOF', undefined],
  ['RUN', 'perl <<EOF', undefined],
  ['COPY', '<<EOF /etc/app.json', 'json'],
  ['COPY', '<<EOF /bin/start.sh', 'shell'],
  ['ADD', '<<EOF "/opt/Tool.PY"', 'python'],
  ['COPY', '<<EOF /etc/json', undefined],
  ['COPY', '<<EOF /x.constructor', undefined],
])('%s %s', (keyword, text, language) => expect(heredocLanguage(keyword, text)).toBe(language));

it.each([
  ['#!/bin/sh', 'shell'],
  ['#!/usr/bin/env python3', 'python'],
  ['#!/usr/bin/env -S bash -e', 'shell'],
  ['#!/usr/bin/perl', undefined],
  ['# no shebang', undefined],
])('%s', (line, language) => expect(shebangLanguage(line)).toBe(language));
