import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { DockerContext, DriverDescription } from '../../../shared/contract';
import { errorData, studio } from '../../app/studio';
import { coreText } from '../../locales/core';
import { ComboBox } from '../../ui/ComboBox';
import { TextField } from '../../ui/TextField';

/** Where the node is: an address, or a Docker context or engine. Nothing where the driver knows. */
export function EndpointField({
  endpoint,
  value,
  error,
  onChange,
}: {
  endpoint: DriverDescription['endpoint'];
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation('builders');
  switch (endpoint.kind) {
    case 'none':
      return null;
    case 'docker':
      return <DockerEndpoint endpoint={endpoint} value={value} error={error} onChange={onChange} />;
    case 'address':
      return (
        <TextField
          label={endpoint.label ?? t('dialog.address')}
          value={value}
          onChange={onChange}
          mono
          error={error}
          placeholder={endpoint.placeholder ?? ''}
          {...(endpoint.description === undefined ? {} : { description: endpoint.description })}
        />
      );
  }
}

function DockerEndpoint({
  endpoint,
  value,
  error,
  onChange,
}: {
  endpoint: DriverDescription['endpoint'];
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { t } = useTranslation('builders');
  const [contexts, setContexts] = useState<readonly DockerContext[]>();
  const [failure, setFailure] = useState<string>();
  useEffect(() => {
    let isShown = true;
    studio()
      .call('builders.dockerContexts')
      .then((all) => isShown && setContexts(all))
      .catch((thrown: unknown) => {
        if (!isShown) return;
        setContexts([]);
        setFailure(coreText(errorData(thrown).message));
      });
    return () => {
      isShown = false;
    };
  }, []);
  const typed = value.trim();
  const current = contexts?.find((context) => context.current);
  const chosen = typed === '' ? current : contexts?.find(({ name }) => name === typed);
  const known = chosen === undefined ? undefined : `${chosen.name}: ${chosen.endpoint}`;
  return (
    <ComboBox
      // Its list is taken over once.
      key={String(contexts === undefined)}
      label={endpoint.label ?? t('dialog.context')}
      value={value}
      onChange={onChange}
      options={(contexts ?? []).map((context) => ({
        id: context.name,
        meta: context.description === '' ? context.endpoint : context.description,
        ...(context.error === undefined ? {} : { problem: coreText(context.error.message) }),
      }))}
      placeholder={
        endpoint.placeholder ??
        (current === undefined ? '' : t('dialog.currentContext', { name: current.name }))
      }
      description={failure ?? known ?? endpoint.description ?? t('dialog.contextHint')}
      error={error ?? (chosen?.error && coreText(chosen.error.message))}
    />
  );
}
