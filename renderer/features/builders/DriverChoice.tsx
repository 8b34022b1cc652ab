import { Box, Container, Laptop, Plug, Server, ShipWheel } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { Label, Radio, RadioGroup } from 'react-aria-components';
import { useTranslation } from 'react-i18next';
import type { DriverDescription } from '../../../shared/contract';
import styles from './NewBuilder.module.css';

/** For the eye; a driver without one gets a plain one. */
const icons: Readonly<Record<string, LucideIcon>> = {
  docker: Container,
  'docker-container': Box,
  kubernetes: ShipWheel,
  remote: Plug,
  local: Laptop,
};

/** Which driver makes the builder. */
export function DriverChoice({
  drivers,
  value,
  onChange,
}: {
  drivers: readonly DriverDescription[];
  value: string;
  onChange: (driver: string) => void;
}) {
  const { t } = useTranslation('builders');
  return (
    <RadioGroup value={value} onChange={onChange}>
      <Label className={styles.label ?? ''}>{t('dialog.driver')}</Label>
      <div className={styles.drivers}>
        {drivers.map(({ name, summary }) => (
          <Radio key={name} value={name} aria-label={name} className={styles.driver ?? ''}>
            <DriverIcon driver={name} />
            <span className={styles.driverText}>
              <span className={styles.driverName}>{name}</span>
              <span className={styles.driverSummary}>{summary}</span>
            </span>
            <span className={styles.knob} aria-hidden="true" />
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}

/** A driver's mark, for the eye only. */
export function DriverIcon({ driver }: { driver: string }) {
  const Icon = icons[driver] ?? Server;
  return <Icon size={16} strokeWidth={1.5} aria-hidden="true" />;
}
